export async function GET(request: Request) {
  const origin = request.headers.get('origin') ?? '';
  if (origin === '1') {
    const headers = {
      // ruleid: next-cors-any-origin
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': 'GET',
      'Access-Control-Allow-Credentials': 'true',
    };
    return Response.json({}, { headers });
  }
  if (origin === '2') {
    // ok: next-cors-any-origin
    return Response.json({}, { headers: { 'Access-Control-Allow-Origin': origin } });
  }
  if (!ORIGINS.includes(origin)) {
    return Response.json({}, { status: 403 });
  }
  // ok: next-cors-any-origin
  const listed = { 'Access-Control-Allow-Credentials': 'true', 'Access-Control-Allow-Origin': origin };
  return Response.json({}, { headers: listed });
}

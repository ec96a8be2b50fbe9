export async function GET(request: Request) {
  // ruleid: next-timing-unsafe-comparison
  if (request.headers.get('authorization') !== `Bearer ${process.env.CRON_SECRET}`) {
    return new Response(null, { status: 401 });
  }
  const password = process.env.PASSWORD;
  // ok: next-timing-unsafe-comparison
  if (password === undefined || password === '') {
    return new Response(null, { status: 503 });
  }
  // ruleid: next-timing-unsafe-comparison
  const known = request.headers.get('x-password') === password;
  // ok: next-timing-unsafe-comparison
  const fixed = process.env.STORAGE === request.headers.get('x-storage');
  // ok: next-timing-unsafe-comparison
  const safe = timingSafeEqual(digest(password), digest(request.headers.get('x-password')));
  return Response.json({ known, fixed, safe });
}

export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const name = searchParams.get('name');
  if (name === '1') {
    // ruleid: next-html-response
    return new Response(`<h1>${name}</h1>`, { status: 200, headers: { 'Content-Type': 'text/html' } });
  }
  if (name === '2') {
    // ok: next-html-response
    return new Response(`<h1>${escapeHtml(name)}</h1>`, { headers: { 'Content-Type': 'text/html' } });
  }
  // ok: next-html-response
  return new Response(`name ${name}`, { headers: { 'Content-Type': 'text/plain' } });
}

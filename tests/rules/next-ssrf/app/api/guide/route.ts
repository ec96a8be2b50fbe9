const HOSTS = new Set(['img.example.com', 'cdn.example.com']);

export async function GET(request: NextRequest) {
  const address = new URL(request.nextUrl.searchParams.get('url') ?? '', 'https://img.example.com');
  if (address.protocol !== 'https:' || !HOSTS.has(address.hostname)) {
    return new Response(null, { status: 400 });
  }
  // ok: next-ssrf
  return fetch(address, { redirect: 'error' });
}

import { NextResponse, type NextRequest } from 'next/server';

const HOSTS = new Set(['img.example.com', 'cdn.example.com']);
const SOURCES: Record<string, string> = { a: 'https://a.example.com/feed' };

export async function GET(request: NextRequest, { params }: { params: Promise<{ path: string[]; host: string }> }) {
  const { searchParams } = new URL(request.url);
  const address = searchParams.get('url');
  if (!address) {
    return NextResponse.json({ error: 'url is needed' }, { status: 400 });
  }
  if (searchParams.has('direct')) {
    // ruleid: next-ssrf
    return fetch(address, { headers: { Referer: 'https://example.com/' } });
  }
  if (searchParams.has('decoded')) {
    const target = new URL(decodeURIComponent(address.trim()));
    // ruleid: next-ssrf
    return fetch(target.toString());
  }
  if (searchParams.has('template')) {
    // ruleid: next-ssrf
    return fetch(`https://${request.nextUrl.searchParams.get('host')}/image.png`);
  }
  if (searchParams.has('segment')) {
    const { host, path } = await params;
    // ruleid: next-ssrf
    await fetch(host);
    // ok: next-ssrf
    return fetch(`${process.env.BACKEND}/${path.join('/')}?${searchParams}`);
  }
  if (searchParams.has('fixed')) {
    // ok: next-ssrf
    await fetch('https://api.example.com/' + address + '/x');
    // ok: next-ssrf
    await fetch(`https://api.example.com/search?q=${encodeURIComponent(address)}`, { body: address });
    // ok: next-ssrf
    await fetch(SOURCES[address]);
    const row = await database.find(address);
    // ok: next-ssrf
    return fetch(row.url);
  }
  const checked = new URL(address);
  if (checked.protocol !== 'https:' || !HOSTS.has(checked.hostname)) {
    return NextResponse.json({ error: 'this host is not allowed' }, { status: 400 });
  }
  // ok: next-ssrf
  return fetch(checked, { redirect: 'error' });
}

export const POST = async (req: Request) => {
  const session = await auth();
  const body = await req.json().catch(() => null);
  // ruleid: next-ssrf
  await axios.get(body.webhook);
  const { feed } = Feed.parse(body);
  // ruleid: next-ssrf
  await axios({ method: 'get', url: feed });
  const hook = body.hook as string;
  if (!isAllowedHost(hook)) {
    return new Response(null, { status: 403 });
  }
  // ok: next-ssrf
  return Response.json(await axios.post(hook, session));
};

import { redirect } from 'next/navigation';
import { NextResponse, type NextRequest } from 'next/server';

export async function GET(request: NextRequest) {
  const next = request.nextUrl.searchParams.get('next') ?? '/';
  if (next === '1') {
    // ruleid: next-open-redirect
    redirect(next);
  }
  if (next.startsWith('/')) {
    // ruleid: next-open-redirect
    return NextResponse.redirect(new URL(next, request.url));
  }
  if (next === '2') {
    // ok: next-open-redirect
    return NextResponse.redirect(new URL('/login', request.url));
  }
  const login = new URL('/login', request.url);
  login.searchParams.set('next', next);
  login.pathname = next;
  // ok: next-open-redirect
  NextResponse.redirect(login);
  // ok: next-open-redirect
  redirect(`/login?next=${encodeURIComponent(next)}`);
  // ok: next-open-redirect
  redirect(safePath(next));
  const target = new URL(next, request.url);
  if (target.origin === request.nextUrl.origin) {
    // ok: next-open-redirect
    return NextResponse.redirect(target);
  }
  if (!/^\/(?![/\\])/.test(next)) {
    return NextResponse.json({ error: 'next is a path of this site' }, { status: 400 });
  }
  // ok: next-open-redirect
  redirect(next);
}

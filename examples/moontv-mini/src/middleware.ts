import { NextResponse, type NextRequest } from 'next/server';

import { AUTH_COOKIE, readCookie } from '@/lib/auth';
import { env } from '@/lib/env';
import { isOpen } from '@/lib/open-paths';

export const config = { matcher: '/((?!_next/).*)' };

export async function middleware(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  if (isOpen(pathname)) {
    return NextResponse.next();
  }
  if (!env('PASSWORD')) {
    return NextResponse.redirect(new URL('/warning', request.url));
  }
  if (await readCookie(request.cookies.get(AUTH_COOKIE)?.value)) {
    return NextResponse.next();
  }
  if (pathname.startsWith('/api/')) {
    return NextResponse.json({ ok: false, error: 'Sign in first' }, { status: 401 });
  }
  const login = new URL('/login', request.url);
  login.searchParams.set('redirect', `${pathname}${search}`);
  return NextResponse.redirect(login);
}

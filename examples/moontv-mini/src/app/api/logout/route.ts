import { NextResponse } from 'next/server';

import { AUTH_COOKIE } from '@/lib/auth';

export const runtime = 'edge';

export async function POST(): Promise<NextResponse> {
  const response = NextResponse.json({ ok: true });
  response.cookies.set(AUTH_COOKIE, '', { path: '/', maxAge: 0, sameSite: 'lax', httpOnly: true });
  return response;
}

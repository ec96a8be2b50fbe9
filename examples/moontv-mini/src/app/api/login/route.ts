import { NextResponse, type NextRequest } from 'next/server';

import { AUTH_COOKIE, SESSION_SECONDS, createCookie, credentialsMatch } from '@/lib/auth';
import { env, storageType } from '@/lib/env';

export const runtime = 'edge';

function refuse(status: number, error: string): NextResponse {
  return NextResponse.json({ ok: false, error }, { status });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export async function POST(request: NextRequest): Promise<NextResponse> {
  const withUsername = storageType() === 'redis';
  if (!env('PASSWORD') || (withUsername && !env('USERNAME'))) {
    return refuse(503, withUsername ? 'The server has no USERNAME and PASSWORD' : 'The server has no PASSWORD');
  }
  const body = (await request.json().catch(() => null)) as Record<string, unknown> | null;
  const username = text(body?.username);
  const password = text(body?.password);
  if (!password) {
    return refuse(400, 'A password is needed');
  }
  if (withUsername && !username) {
    return refuse(400, 'A username is needed');
  }
  if (!(await credentialsMatch(username, password))) {
    return refuse(401, withUsername ? 'Wrong username or password' : 'Wrong password');
  }
  const response = NextResponse.json({ ok: true });
  response.cookies.set(AUTH_COOKIE, await createCookie(username), {
    path: '/',
    maxAge: SESSION_SECONDS,
    sameSite: 'lax',
    httpOnly: true,
    secure: request.nextUrl.protocol === 'https:',
  });
  return response;
}

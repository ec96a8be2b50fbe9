export async function POST(request: Request) {
  const store = await cookies();
  const cookieStore = await cookies();
  const value = await createSession(request);
  const response = NextResponse.json({ ok: true });
  // ruleid: next-session-cookie-flags
  cookies().set('session', value);
  // ruleid: next-session-cookie-flags
  (await cookies()).set('session', value, { path: '/' });
  // ruleid: next-session-cookie-flags
  cookieStore.set('auth-token', value, { httpOnly: true, secure: true });
  // ruleid: next-session-cookie-flags
  response.cookies.set(AUTH_COOKIE, value, { sameSite: 'lax', httpOnly: false, secure: true });
  // ruleid: next-session-cookie-flags
  response.cookies.set({ name: 'session', value, httpOnly: true, path: '/' });
  // ruleid: next-session-cookie-flags
  response.headers.append('Set-Cookie', `session=${value}; Path=/; Secure`);
  // ok: next-session-cookie-flags
  response.headers.append('Set-Cookie', `session=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`);
  // ok: next-session-cookie-flags
  response.cookies.set('session', value, { secure: request.url.startsWith('https:'), sameSite: 'lax', httpOnly: true, path: '/' });
  // ok: next-session-cookie-flags
  response.cookies.set('session', value, { ...FLAGS, path: '/' });
  // ok: next-session-cookie-flags
  response.cookies.set('session', value, FLAGS);
  // ok: next-session-cookie-flags
  response.cookies.set('session', '', { path: '/', maxAge: 0 });
  // ok: next-session-cookie-flags
  response.cookies.set('theme', 'dark');
  // ok: next-session-cookie-flags
  response.cookies.set('author', value);
  // ok: next-session-cookie-flags
  response.cookies.set('csrf_token', value);
  // ok: next-session-cookie-flags
  store.set('session', value);
  return response;
}

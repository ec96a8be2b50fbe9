export async function middleware(request: NextRequest) {
  const token = request.cookies.get('session')?.value;
  // ruleid: next-jwt-unverified
  const { role } = decodeJwt(token);
  // ruleid: next-jwt-unverified
  const user = jwt.verify(token, key, { algorithms: ['HS256', 'none'] });
  // ok: next-jwt-unverified
  const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] });
  return NextResponse.json({ role, user, payload });
}

export function expiry(token: string) {
  // ok: next-jwt-unverified
  return decodeJwt(token).exp;
}

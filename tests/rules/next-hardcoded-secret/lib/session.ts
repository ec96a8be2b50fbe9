// ruleid: next-hardcoded-secret
const secretKey = new TextEncoder().encode('only an example');
// ok: next-hardcoded-secret
const fromEnvironment = new TextEncoder().encode(process.env.SESSION_SECRET);
// ok: next-hardcoded-secret
const line = new TextEncoder().encode('data: ready');

export function sign(user: User) {
  // ruleid: next-hardcoded-secret
  const token = jwt.sign({ id: user.id }, 'only an example', { expiresIn: '1h' });
  // ok: next-hardcoded-secret
  return token ?? jwt.sign({ id: user.id }, process.env.JWT_SECRET!, { expiresIn: '1h' });
}

export function signature(body: string) {
  // ruleid: next-hardcoded-secret
  const fixed = crypto.createHmac('sha256', 'only an example').update(body);
  // ok: next-hardcoded-secret
  return [fixed, crypto.createHmac('sha256', key).update(body), fromEnvironment, secretKey, line];
}

// ruleid: next-hardcoded-secret
export const auth = NextAuth({ providers: [], secret: 'only an example' });

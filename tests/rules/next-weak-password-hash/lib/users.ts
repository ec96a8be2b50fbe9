export function hashes(user: User, password: string, file: Buffer) {
  // ruleid: next-weak-password-hash
  const first = crypto.createHash('md5').update(password).digest('hex');
  // ruleid: next-weak-password-hash
  const second = createHash('sha256').update(user.password + user.salt).digest('hex');
  // ok: next-weak-password-hash
  const etag = crypto.createHash('md5').update(file).digest('hex');
  // ok: next-weak-password-hash
  const strong = crypto.scryptSync(password, user.salt, 64);
  return { first, second, etag, strong };
}

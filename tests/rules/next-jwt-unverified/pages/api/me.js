export default function handler(req, res) {
  // ruleid: next-jwt-unverified
  const user = jwt.decode(req.cookies.token);
  // ok: next-jwt-unverified
  res.json(jwt.verify(req.cookies.token, key, { algorithms: ['RS256'] }) ?? user.id);
}

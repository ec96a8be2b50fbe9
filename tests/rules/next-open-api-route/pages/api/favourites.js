export default async function handler(req, res) {
  if (!(await getSession(req))) {
    return res.status(401).end();
  }
  // ok: next-open-api-route
  await database.add(req.body);
  return res.status(204).end();
}

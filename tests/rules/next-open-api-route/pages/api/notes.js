export default async function handler(req, res) {
  // ruleid: next-open-api-route
  await database.add(req.body);
  res.status(204).end();
}

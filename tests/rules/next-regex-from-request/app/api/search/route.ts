export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const query = searchParams.get('q');
  // ruleid: next-regex-from-request
  const titles = TITLES.filter((title) => new RegExp(query, 'i').test(title));
  // ruleid: next-regex-from-request
  const found = await collection.find({ name: { $regex: query } });
  // ok: next-regex-from-request
  const escaped = new RegExp(escapeRegExp(query));
  // ok: next-regex-from-request
  const replaced = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // ok: next-regex-from-request
  const fixed = new RegExp(`^(${WORDS.join('|')})$`);
  return Response.json({ titles, found, escaped, replaced, fixed });
}

import { sql } from '@vercel/postgres';

export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const query = searchParams.get('q');
  // ruleid: next-sql-injection
  await pool.query(`SELECT * FROM titles WHERE name LIKE '%${query}%'`);
  const statement = "SELECT * FROM titles WHERE id = '" + query + "'";
  // ruleid: next-sql-injection
  await db.execute(statement);
  // ruleid: next-sql-injection
  await prisma.$queryRawUnsafe(`SELECT * FROM titles ORDER BY ${query}`);
  // ok: next-sql-injection
  await pool.query('SELECT * FROM titles WHERE name = $1', [query]);
  // ok: next-sql-injection
  await pool.query({ text: 'SELECT * FROM titles WHERE name = $1', values: [query] });
  // ok: next-sql-injection
  await sql`SELECT * FROM titles WHERE name = ${query}`;
  // ok: next-sql-injection
  await prisma.$queryRaw`SELECT * FROM titles WHERE name = ${query}`;
  // ok: next-sql-injection
  await db.execute(sql`SELECT * FROM titles WHERE name = ${query}`);
  // ruleid: next-sql-injection
  await db.get(`SELECT * FROM titles WHERE name = '${query}'`);
  // ok: next-sql-injection
  await client.get(query);
  // ok: next-sql-injection
  await prisma.title.findMany({ where: { name: query } });
  // ok: next-sql-injection
  await pool.query(`SELECT * FROM titles LIMIT ${Number(query)}`);
  // ok: next-sql-injection
  return Response.json(await searchIndex.query(query));
}

// ok: next-open-route
export async function POST(request: Request) {
  if (!(await readSession(request))) {
    return new Response(null, { status: 401 });
  }
  return new Response(null, { status: 204 });
}

import { database } from '@/lib/database';

export async function GET() {
  return Response.json(await database.notes());
}

// ruleid: next-open-route
export async function POST(request: Request) {
  await database.add(await request.json());
  return new Response(null, { status: 204 });
}

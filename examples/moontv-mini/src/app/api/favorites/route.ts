import { NextResponse, type NextRequest } from 'next/server';

import { AUTH_COOKIE, readCookie } from '@/lib/auth';
import { allTitles, getConfig } from '@/lib/config';
import { serverStore } from '@/lib/storage/server';
import type { FavoriteStore } from '@/lib/storage/types';

export const runtime = 'edge';

function refuse(status: number, error: string): NextResponse {
  return NextResponse.json({ ok: false, error }, { status });
}

async function withStore(request: NextRequest, work: (store: FavoriteStore) => Promise<NextResponse>): Promise<NextResponse> {
  const session = await readCookie(request.cookies.get(AUTH_COOKIE)?.value);
  if (!session) {
    return refuse(401, 'Sign in first');
  }
  try {
    const store = await serverStore(session.username);
    return store ? await work(store) : refuse(501, 'With localstorage each browser keeps its own favourites');
  } catch (error) {
    console.error('favorites:', error instanceof Error ? error.message : error);
    return refuse(503, 'The storage does not answer');
  }
}

export async function GET(request: NextRequest): Promise<NextResponse> {
  return withStore(request, async (store) => NextResponse.json({ favorites: await store.list() }));
}

export async function POST(request: NextRequest): Promise<NextResponse> {
  return withStore(request, async (store) => {
    const body = (await request.json().catch(() => null)) as { id?: unknown } | null;
    const title = allTitles(await getConfig()).find(({ id }) => id === body?.id);
    if (!title) {
      return refuse(400, 'The id of a known title is needed');
    }
    await store.add(title);
    return NextResponse.json({ ok: true });
  });
}

export async function DELETE(request: NextRequest): Promise<NextResponse> {
  return withStore(request, async (store) => {
    const id = request.nextUrl.searchParams.get('id');
    if (!id) {
      return refuse(400, 'id is needed');
    }
    await store.remove(id);
    return NextResponse.json({ ok: true });
  });
}

import type { NextRequest } from 'next/server';

import { getConfig } from '@/lib/config';
import { searchSites } from '@/lib/search';

export const runtime = 'edge';

export async function GET(request: NextRequest): Promise<Response> {
  const query = request.nextUrl.searchParams.get('q')?.trim();
  if (!query) {
    return Response.json({ error: 'q is needed' }, { status: 400 });
  }
  const config = await getConfig();
  const results = searchSites(config, query).flatMap(({ source, sourceName, results }) =>
    results.map((title) => ({ ...title, source, sourceName })),
  );
  return Response.json({ results }, { headers: { 'Cache-Control': `private, max-age=${config.cache_time}` } });
}

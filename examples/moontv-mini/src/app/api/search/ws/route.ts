import type { NextRequest } from 'next/server';

import { getConfig } from '@/lib/config';
import { searchEvents } from '@/lib/search';

export const runtime = 'edge';

export async function GET(request: NextRequest): Promise<Response> {
  const query = request.nextUrl.searchParams.get('q')?.trim();
  if (!query) {
    return Response.json({ error: 'q is needed' }, { status: 400 });
  }
  const gone = new AbortController();
  request.signal.addEventListener('abort', () => gone.abort());
  const events = searchEvents(await getConfig(), query, gone.signal);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(stream) {
      const { value, done } = await events.next();
      if (done) {
        stream.close();
      } else {
        stream.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
      }
    },
    cancel() {
      gone.abort();
    },
  });
  return new Response(body, {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache, no-transform' },
  });
}

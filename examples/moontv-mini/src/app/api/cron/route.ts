import { allTitles, refreshConfig } from '@/lib/config';

export const runtime = 'edge';

export async function GET(): Promise<Response> {
  const config = await refreshConfig();
  return Response.json({ success: true, titles: allTitles(config).length, timestamp: new Date().toISOString() });
}

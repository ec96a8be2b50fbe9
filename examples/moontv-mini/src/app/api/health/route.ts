import { storageType } from '@/lib/env';
import { VERSION } from '@/lib/runtime';
import { pingStorage } from '@/lib/storage/server';

export const runtime = 'edge';

async function storageAnswers(): Promise<boolean> {
  try {
    await pingStorage();
    return true;
  } catch (error) {
    console.error('health:', error instanceof Error ? error.message : error);
    return false;
  }
}

export async function GET(): Promise<Response> {
  const ok = await storageAnswers();
  const body = {
    status: ok ? 'healthy' : 'unhealthy',
    timestamp: new Date().toISOString(),
    uptime: Math.round(performance.now()) / 1000,
    environment: process.env.NODE_ENV,
    version: VERSION,
    runtime: process.env.NEXT_RUNTIME,
    storage: { type: storageType(), ok },
  };
  return Response.json(body, { status: ok ? 200 : 503, headers: { 'Cache-Control': 'no-store' } });
}

import { storageType } from '../env';
import type { FavoriteStore } from './types';

const NEEDS_NODE = 'redis needs the Node.js runtime';

/** The server's store for a user; null when browsers keep their own. */
export async function serverStore(username: string): Promise<FavoriteStore | null> {
  if (storageType() === 'localstorage') {
    return null;
  }
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { redisStore } = await import('./redis-store');
    return redisStore(username);
  }
  throw new Error(NEEDS_NODE);
}

/** Rejects when the storage does not answer in time. */
export async function pingStorage(): Promise<void> {
  if (storageType() === 'localstorage') {
    return;
  }
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { pingRedis } = await import('./redis-store');
    return pingRedis();
  }
  throw new Error(NEEDS_NODE);
}

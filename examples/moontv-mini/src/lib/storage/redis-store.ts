// Node.js only. The client is made by the first request and reconnects by itself.
import { once } from 'node:events';

import { createClient } from 'redis';

import type { Title } from '../config-types';
import { env } from '../env';
import { singleton } from '../singleton';
import type { FavoriteStore } from './types';

const ANSWER_WITHIN_MS = 1000;
const RETRY_AT_MOST_MS = 5000;

function createRedis() {
  const client = createClient({
    url: env('REDIS_URL'),
    disableOfflineQueue: true,
    socket: {
      connectTimeout: ANSWER_WITHIN_MS,
      reconnectStrategy: (retries) => Math.min(100 * 2 ** retries, RETRY_AT_MOST_MS),
    },
  });
  client.on('error', (error: NodeJS.ErrnoException) => console.error(`redis: ${error.code ?? error.message}`));
  client.connect().catch(() => undefined);
  return client;
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function redis() {
  if (!env('REDIS_URL')) {
    throw new Error('REDIS_URL is not set');
  }
  const client = singleton('redis', createRedis);
  if (!client.isReady) {
    await once(client, 'ready', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  }
  return client;
}

export async function pingRedis(): Promise<void> {
  const client = await redis();
  await within(client.ping());
}

/** One user's favourites in a redis hash: title id → title as JSON. */
export function redisStore(username: string): FavoriteStore {
  const key = `user:${username}:favorites`;
  return {
    async list() {
      const client = await redis();
      const fields = await within(client.hGetAll(key));
      return Object.values(fields).map((field) => JSON.parse(field) as Title);
    },
    async add(title) {
      const client = await redis();
      await within(client.hSet(key, title.id, JSON.stringify(title)));
    },
    async remove(id) {
      const client = await redis();
      await within(client.hDel(key, id));
    },
  };
}

import type { Title } from '../config-types';
import type { FavoriteStore } from './types';

async function call(init?: RequestInit, query = ''): Promise<{ favorites?: Title[] }> {
  const response = await fetch(`/api/favorites${query}`, init);
  if (!response.ok) {
    throw new Error(`favourites: the server answered ${response.status}`);
  }
  return response.json();
}

/** Favourites on the server, through its API. */
export const apiStore: FavoriteStore = {
  async list() {
    return (await call()).favorites ?? [];
  },
  async add({ id }) {
    await call({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id }) });
  },
  async remove(id) {
    await call({ method: 'DELETE' }, `?id=${encodeURIComponent(id)}`);
  },
};

import { apiStore } from './api-store';
import { localStore } from './local-store';
import type { FavoriteStore } from './types';

/** The store that the server told this browser to use. */
export function browserStore(): FavoriteStore {
  return window.RUNTIME_CONFIG?.STORAGE_TYPE === 'redis' ? apiStore : localStore;
}

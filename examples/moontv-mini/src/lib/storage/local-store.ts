import type { Title } from '../config-types';
import type { FavoriteStore } from './types';

const KEY = 'moontv-mini.favorites';

function read(): Title[] {
  try {
    const titles: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(titles) ? titles : [];
  } catch {
    return [];
  }
}

function write(titles: Title[]): void {
  localStorage.setItem(KEY, JSON.stringify(titles));
}

/** Favourites in this browser. */
export const localStore: FavoriteStore = {
  async list() {
    return read();
  },
  async add(title) {
    write([...read().filter(({ id }) => id !== title.id), title]);
  },
  async remove(id) {
    write(read().filter((title) => title.id !== id));
  },
};

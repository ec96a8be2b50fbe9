import type { Title } from '../config-types';

/** One person's favourites, wherever they are kept. */
export interface FavoriteStore {
  list(): Promise<Title[]>;
  add(title: Title): Promise<void>;
  remove(id: string): Promise<void>;
}

'use client';

import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';

import type { Title } from '@/lib/config-types';
import { browserStore } from '@/lib/storage/browser';

interface Favorites {
  has(id: string): boolean;
  toggle(title: Title): Promise<void>;
}

const Context = createContext<Favorites>({ has: () => false, toggle: async () => undefined });

export const useFavorites = () => useContext(Context);

export function FavoritesProvider({ children }: { children: ReactNode }) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());

  const reload = useCallback(async () => {
    try {
      const titles = await browserStore().list();
      setIds(new Set(titles.map(({ id }) => id)));
    } catch (error) {
      console.error(error);
    }
  }, []);

  useEffect(() => {
    void reload();
  }, [reload]);

  const favorites = useMemo<Favorites>(
    () => ({
      has: (id) => ids.has(id),
      toggle: async (title) => {
        const store = browserStore();
        await (ids.has(title.id) ? store.remove(title.id) : store.add(title));
        await reload();
      },
    }),
    [ids, reload],
  );

  return <Context.Provider value={favorites}>{children}</Context.Provider>;
}

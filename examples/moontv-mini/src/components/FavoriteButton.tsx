'use client';

import { useState } from 'react';

import type { Title } from '@/lib/config-types';

import { useFavorites } from './FavoritesProvider';

export function FavoriteButton({ title }: { title: Title }) {
  const favorites = useFavorites();
  const [failed, setFailed] = useState(false);
  const chosen = favorites.has(title.id);

  async function toggle() {
    try {
      await favorites.toggle(title);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  }

  return (
    <button
      type="button"
      className="favorite"
      aria-pressed={chosen}
      aria-label={`Favourite: ${title.title}`}
      title={failed ? 'Could not be saved' : undefined}
      onClick={toggle}
    >
      {failed ? '!' : chosen ? '★' : '☆'}
    </button>
  );
}

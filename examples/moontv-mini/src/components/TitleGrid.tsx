import type { Title } from '@/lib/config-types';

import { FavoriteButton } from './FavoriteButton';

export function TitleGrid({ titles }: { titles: Title[] }) {
  return (
    <ul className="grid">
      {titles.map((title) => (
        <li key={title.id}>
          <img src={`/posters/${title.category}.svg`} alt="" width={200} height={300} loading="lazy" />
          <FavoriteButton title={title} />
          <strong>{title.title}</strong>
          <span>{title.year}</span>
        </li>
      ))}
    </ul>
  );
}

import { FavoritesProvider } from '@/components/FavoritesProvider';
import { TitleGrid } from '@/components/TitleGrid';
import { allTitles, getConfig } from '@/lib/config';

export default async function HomePage() {
  const config = await getConfig();
  const titles = allTitles(config);
  return (
    <FavoritesProvider>
      {config.custom_category.map(({ id, name }) => (
        <section key={id}>
          <h2>{name}</h2>
          <TitleGrid titles={titles.filter(({ category }) => category === id)} />
        </section>
      ))}
    </FavoritesProvider>
  );
}

import { FavoritesProvider } from '@/components/FavoritesProvider';
import { SearchResults } from '@/components/SearchResults';

interface Props {
  searchParams: Promise<{ q?: string | string[] }>;
}

export default async function SearchPage({ searchParams }: Props) {
  const { q } = await searchParams;
  const query = ([q].flat()[0] ?? '').trim();
  return (
    <>
      <form className="search" action="/search">
        <input key={query} name="q" type="search" defaultValue={query} placeholder="A title, or a part of it" aria-label="Title" required />
        <button type="submit">Search</button>
      </form>
      {query && (
        <FavoritesProvider>
          <SearchResults key={query} query={query} />
        </FavoritesProvider>
      )}
    </>
  );
}

'use client';

import { useEffect, useState } from 'react';

import type { Title } from '@/lib/config-types';
import type { SearchEvent } from '@/lib/search';

import { TitleGrid } from './TitleGrid';

export function SearchResults({ query }: { query: string }) {
  const [titles, setTitles] = useState<Title[]>([]);
  const [status, setStatus] = useState('Searching…');

  useEffect(() => {
    const source = new EventSource(`/api/search/ws?q=${encodeURIComponent(query)}`);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as SearchEvent;
      if (event.type === 'start') {
        setTitles([]);
      } else if (event.type === 'source_result') {
        setTitles((found) => [...found, ...event.results]);
      } else {
        source.close();
        setStatus(`${event.totalResults} found in ${event.completedSources} collections`);
      }
    };
    source.onerror = () => {
      source.close();
      setStatus('The search broke off');
    };
    return () => source.close();
  }, [query]);

  return (
    <section>
      <p role="status">{status}</p>
      <TitleGrid titles={titles} />
    </section>
  );
}

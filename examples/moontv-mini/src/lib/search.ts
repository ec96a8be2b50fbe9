import type { SiteConfig, Title } from './config-types';

export interface SiteResult {
  source: string;
  sourceName: string;
  results: Title[];
}

export type SearchEvent =
  | { type: 'start'; query: string; totalSources: number }
  | ({ type: 'source_result' } & SiteResult)
  | { type: 'complete'; totalResults: number; completedSources: number };

const PAUSE_MS = 150;

export function searchSites(config: SiteConfig, query: string): SiteResult[] {
  const wanted = query.toLowerCase();
  return Object.entries(config.api_site).map(([source, site]) => ({
    source,
    sourceName: site.name,
    results: site.titles.filter(({ title }) => title.toLowerCase().includes(wanted)),
  }));
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** One site after the other, as answers from far hosts would come in. Ends early when the signal aborts. */
export async function* searchEvents(config: SiteConfig, query: string, signal: AbortSignal): AsyncGenerator<SearchEvent> {
  const sites = searchSites(config, query);
  yield { type: 'start', query, totalSources: sites.length };
  let totalResults = 0;
  for (const site of sites) {
    await pause(signal);
    if (signal.aborted) {
      return;
    }
    totalResults += site.results.length;
    yield { type: 'source_result', ...site };
  }
  yield { type: 'complete', totalResults, completedSources: sites.length };
}

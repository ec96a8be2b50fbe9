'use client';

export function Preview() {
  const searchParams = useSearchParams();
  // ok: next-ssrf
  useEffect(() => void fetch(searchParams.get('url')), [searchParams]);
  return null;
}

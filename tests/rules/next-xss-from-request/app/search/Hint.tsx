'use client';

export function Hint() {
  const params = useSearchParams();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // ruleid: next-xss-from-request, next-dom-html-write
    ref.current.innerHTML = decodeURIComponent(window.location.hash.slice(1));
    // ok: next-xss-from-request
    ref.current.textContent = window.location.hash;
  });
  // ruleid: next-xss-from-request
  return <div ref={ref} dangerouslySetInnerHTML={{ __html: params.get('hint') }} />;
}

'use client';

export function Form({ target }: { target: string }) {
  const router = useRouter();
  const pathname = usePathname();
  const searchParams = useSearchParams();
  const next = searchParams.get('redirect') || '/';

  function done() {
    // ruleid: next-client-redirect
    router.replace(next);
    // ruleid: next-client-redirect
    window.location.href = new URLSearchParams(window.location.search).get('next');
    // ok: next-client-redirect
    router.push(`${pathname}?${searchParams.toString()}`);
    // ok: next-client-redirect
    router.push('/login?redirect=' + next);
    // ok: next-client-redirect
    router.push(target);
    // ok: next-client-redirect
    window.location.href = window.location.href;
    // ok: next-client-redirect
    router.push(safePath(next));
    if (next.startsWith('/') && !next.startsWith('//')) {
      // ok: next-client-redirect
      router.push(next);
    }
  }
  return <button onClick={done}>Go</button>;
}

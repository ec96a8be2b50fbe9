import Link from 'next/link';

import { LogoutButton } from './LogoutButton';

export function SiteHeader({ name }: { name: string }) {
  return (
    <header>
      <Link className="brand" href="/">
        <img src="/icons/icon.svg" alt="" width={28} height={28} />
        {name}
      </Link>
      <nav>
        <Link href="/search">Search</Link>
        <LogoutButton />
      </nav>
    </header>
  );
}

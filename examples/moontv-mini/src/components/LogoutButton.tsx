'use client';

import { usePathname } from 'next/navigation';

export function LogoutButton() {
  const pathname = usePathname();
  if (pathname === '/login' || pathname === '/warning') {
    return null;
  }
  async function signOut() {
    await fetch('/api/logout', { method: 'POST' });
    window.location.assign('/login');
  }
  return (
    <button type="button" className="plain" onClick={signOut}>
      Sign out
    </button>
  );
}

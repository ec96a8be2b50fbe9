'use client';

import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';

interface Props {
  withUsername: boolean;
  target: string;
}

export function LoginForm({ withUsername, target }: Props) {
  const router = useRouter();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    setBusy(true);
    setError('');
    try {
      const response = await fetch('/api/login', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(fields),
      });
      if (response.ok) {
        router.replace(target);
        router.refresh();
        return;
      }
      const answer = (await response.json().catch(() => null)) as { error?: string } | null;
      setError(answer?.error ?? `The server answered ${response.status}`);
    } catch {
      setError('The server cannot be reached');
    }
    setBusy(false);
  }

  return (
    <form className="login" method="post" onSubmit={signIn}>
      {withUsername && <input name="username" placeholder="Username" aria-label="Username" autoComplete="username" required />}
      <input name="password" type="password" placeholder="Password" aria-label="Password" autoComplete="current-password" required />
      <button type="submit" disabled={busy}>
        Sign in
      </button>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}

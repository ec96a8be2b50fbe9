import { LoginForm } from '@/components/LoginForm';
import { siteName, storageType } from '@/lib/env';
import { safePath } from '@/lib/safe-path';

interface Props {
  searchParams: Promise<{ redirect?: string | string[] }>;
}

export default async function LoginPage({ searchParams }: Props) {
  const { redirect } = await searchParams;
  return (
    <section className="panel">
      <h1>Sign in to {siteName()}</h1>
      <LoginForm withUsername={storageType() === 'redis'} target={safePath([redirect].flat()[0])} />
    </section>
  );
}

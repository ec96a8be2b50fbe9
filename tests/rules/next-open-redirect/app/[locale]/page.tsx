import { permanentRedirect, redirect } from 'next/navigation';

export default async function Page({ params, searchParams }: Props) {
  const { locale } = await params;
  const { to } = await searchParams;
  if (to) {
    // ruleid: next-open-redirect
    permanentRedirect(to);
  }
  // ok: next-open-redirect
  redirect(`/${locale}/home`);
}

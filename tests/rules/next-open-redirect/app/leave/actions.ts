'use server';

import { redirect } from 'next/navigation';

import { signOut } from '@/lib/session';

export async function leave(target: string) {
  await signOut();
  if (typeof target !== 'string') {
    return;
  }
  // ok: next-open-redirect
  redirect(target);
}

'use server';

import { auth } from '@/lib/auth';

// ruleid: next-unchecked-action
export async function add(text: string) {
  await database.add((await auth()).user, text);
}

// ok: next-unchecked-action
export async function clear() {
  await database.clear((await auth()).user);
}

'use server';

import { auth } from '@/lib/auth';

// ok: next-unchecked-action
export async function add(form: FormData) {
  await database.add((await auth()).user, Favourite.parse(Object.fromEntries(form)));
}

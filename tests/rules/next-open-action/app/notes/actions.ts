'use server';

import { database, Note } from '@/lib/database';

// ruleid: next-open-action
export async function add(form: FormData) {
  await database.add(Note.parse(Object.fromEntries(form)));
}

'use server';

import { requireUser } from '@/lib/access';

// ok: next-open-action
export async function add(id: unknown) {
  await database.add(await requireUser(), Id.parse(id));
}

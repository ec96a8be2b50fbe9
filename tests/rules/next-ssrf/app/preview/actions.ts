'use server';

import { z } from 'zod';

import { requireUser } from '@/lib/session';

export async function preview(address: string) {
  await requireUser();
  // ruleid: next-ssrf
  return (await fetch(z.string().url().parse(address))).text();
}

async function load(address: string) {
  // ok: next-ssrf
  return fetch(address);
}

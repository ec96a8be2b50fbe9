'use client';

import { useState } from 'react';

export function Pay() {
  // ruleid: next-secret-in-client-file
  const key = process.env.STRIPE_SECRET_KEY;
  // ruleid: next-secret-in-client-file
  const token = process.env['GITHUB_TOKEN'];
  // ok: next-secret-in-client-file
  const site = process.env.NEXT_PUBLIC_SITE_NAME;
  // ok: next-secret-in-client-file
  const debug = process.env.NODE_ENV !== 'production';
  const [open] = useState(debug);
  return open ? <p>{site}</p> : <button onClick={() => pay(key, token)}>Pay</button>;
}

export function charge(amount: number) {
  // ok: next-secret-in-client-file
  return stripe(process.env.STRIPE_SECRET_KEY).charge(amount);
}

// ruleid: next-public-secret
export const jwt = process.env.NEXT_PUBLIC_JWT_SECRET;
// ruleid: next-public-secret
export const database = connect(process.env.NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY);
// ruleid: next-public-secret
export const model = new OpenAI({ apiKey: process.env['NEXT_PUBLIC_OPENAI_API_KEY'] });
// ok: next-public-secret
export const anonymous = process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY;
// ok: next-public-secret
export const maps = process.env.NEXT_PUBLIC_GOOGLE_MAPS_API_KEY;
// ok: next-public-secret
export const stripe = process.env.NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY;
// ok: next-public-secret
export const firebase = process.env.NEXT_PUBLIC_FIREBASE_DATABASE_URL;
// ok: next-public-secret
export const form = process.env.NEXT_PUBLIC_ENABLE_PASSWORD;
// ok: next-public-secret
export const reset = process.env.NEXT_PUBLIC_FORGOT_PASSWORD_URL;

// ruleid: next-secret-default
export const jwtSecret = process.env.JWT_SECRET || 'only an example';
// ruleid: next-secret-default
export const signing = process.env['SIGNING_KEY'] ?? 'only an example';
// ok: next-secret-default
export const password = process.env.PASSWORD ?? '';
// ok: next-secret-default
export const site = process.env.SITE_NAME || 'Shelf';

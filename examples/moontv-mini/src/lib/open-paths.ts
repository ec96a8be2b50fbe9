const OPEN_PATHS = new Set([
  '/login',
  '/warning',
  '/api/login',
  '/api/logout',
  '/api/server-config',
  '/api/health',
  '/api/cron',
  '/manifest.json',
  '/favicon.ico',
  '/robots.txt',
]);

/** Paths that need no cookie. `/_next/` never reaches the middleware. */
export function isOpen(pathname: string): boolean {
  return OPEN_PATHS.has(pathname) || pathname.startsWith('/icons/');
}

/** A path on this site: `//host` and `/\host` would lead a browser elsewhere. */
export function safePath(path: string | undefined): string {
  return path && /^\/(?![/\\])/.test(path) ? path : '/';
}

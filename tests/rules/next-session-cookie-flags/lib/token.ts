export function keep(value: string) {
  // ruleid: next-session-cookie-flags
  document.cookie = `token=${value}; path=/`;
  // ok: next-session-cookie-flags
  document.cookie = `theme=${value}; path=/`;
}

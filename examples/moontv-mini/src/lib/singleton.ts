const store = globalThis as unknown as Record<symbol, unknown>;

/** One value per process: pages and routes may each have their own copy of a module. */
export function singleton<T>(name: string, create: () => T): T {
  const key = Symbol.for(`moontv-mini.${name}`);
  store[key] ??= create();
  return store[key] as T;
}

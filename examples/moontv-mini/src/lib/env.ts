export type StorageType = 'localstorage' | 'redis';

/**
 * An environment variable as it is now. The computed key keeps the compiler from replacing
 * NEXT_PUBLIC_* by the value of the build machine.
 */
export function env(name: string): string | undefined {
  return process.env[name] || undefined;
}

export function siteName(): string {
  return env('NEXT_PUBLIC_SITE_NAME') ?? 'MoonTV mini';
}

export function announcement(): string | undefined {
  return env('ANNOUNCEMENT');
}

export function storageType(): StorageType {
  return env('NEXT_PUBLIC_STORAGE_TYPE') === 'redis' ? 'redis' : 'localstorage';
}

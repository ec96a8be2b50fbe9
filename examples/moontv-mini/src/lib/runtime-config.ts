import type { Category } from './config-types';
import type { StorageType } from './env';

/** What the layout hands to the browser. */
export interface RuntimeConfig {
  SITE_NAME: string;
  STORAGE_TYPE: StorageType;
  CUSTOM_CATEGORIES: Category[];
}

declare global {
  interface Window {
    RUNTIME_CONFIG?: RuntimeConfig;
  }
}

/** JavaScript for an inline script. Nothing in a value can close the script element. */
export function runtimeConfigScript(config: RuntimeConfig): string {
  const json = JSON.stringify(config)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `window.RUNTIME_CONFIG = ${json};`;
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { SiteConfig } from './config-types';

/** config.json beside the server, which an operator may have replaced. Node.js only. */
export async function readConfigFile(): Promise<SiteConfig> {
  const text = await readFile(path.join(process.cwd(), 'config.json'), 'utf8');
  const config = JSON.parse(text) as Partial<SiteConfig> | null;
  if (!config?.api_site || !config.custom_category) {
    throw new Error('api_site and custom_category are needed');
  }
  return { cache_time: 0, ...config } as SiteConfig;
}

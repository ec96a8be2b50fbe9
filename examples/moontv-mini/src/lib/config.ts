import type { SiteConfig, Title } from './config-types';
import { env } from './env';
import { bakedConfig } from './runtime';
import { singleton } from './singleton';

async function load(): Promise<SiteConfig> {
  if (process.env.NEXT_RUNTIME === 'nodejs' && env('DOCKER_ENV') === 'true') {
    const { readConfigFile } = await import('./config-file');
    return readConfigFile();
  }
  return bakedConfig;
}

const holder = () => singleton('config', () => ({ current: undefined as SiteConfig | undefined }));

export async function getConfig(): Promise<SiteConfig> {
  return holder().current ?? refreshConfig();
}

/** Reads the configuration again. A file that cannot be used leaves the last good one in place. */
export async function refreshConfig(): Promise<SiteConfig> {
  const config = holder();
  try {
    config.current = await load();
  } catch (error) {
    console.error(`config.json: ${error instanceof Error ? error.message : error}`);
    config.current ??= bakedConfig;
  }
  return config.current;
}

export function allTitles(config: SiteConfig): Title[] {
  return Object.values(config.api_site).flatMap((site) => site.titles);
}

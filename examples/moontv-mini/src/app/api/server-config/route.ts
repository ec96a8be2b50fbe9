import { siteName, storageType } from '@/lib/env';

export const runtime = 'edge';

export async function GET(): Promise<Response> {
  return Response.json({ SiteName: siteName(), StorageType: storageType() });
}

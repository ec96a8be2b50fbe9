import type { Metadata, Viewport } from 'next';
import { Inter } from 'next/font/google';
import type { ReactNode } from 'react';

import { SiteHeader } from '@/components/SiteHeader';
import { getConfig } from '@/lib/config';
import { announcement, siteName, storageType } from '@/lib/env';
import { runtimeConfigScript } from '@/lib/runtime-config';

import './globals.css';

export const runtime = 'edge';

const inter = Inter({ subsets: ['latin'] });

export const viewport: Viewport = { themeColor: '#0e1118' };

export function generateMetadata(): Metadata {
  return {
    title: siteName(),
    description: 'A small film shelf',
    manifest: '/manifest.json',
    icons: { icon: '/icons/icon.svg' },
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const notice = announcement();
  const script = runtimeConfigScript({
    SITE_NAME: siteName(),
    STORAGE_TYPE: storageType(),
    CUSTOM_CATEGORIES: (await getConfig()).custom_category,
  });
  return (
    <html lang="en">
      <head>
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </head>
      <body className={inter.className}>
        <SiteHeader name={siteName()} />
        {notice && <p className="notice">{notice}</p>}
        <main>{children}</main>
      </body>
    </html>
  );
}

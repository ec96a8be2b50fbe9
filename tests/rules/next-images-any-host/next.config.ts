const config: NextConfig = {
  images: {
    formats: ['image/webp'],
    remotePatterns: [
      // ruleid: next-images-any-host
      { protocol: 'https', hostname: '**' },
      // ruleid: next-images-any-host
      new URL('https://**'),
      // ok: next-images-any-host
      { protocol: 'https', hostname: '**.example.com', pathname: '/posters/**' },
    ],
  },
};

export default config;

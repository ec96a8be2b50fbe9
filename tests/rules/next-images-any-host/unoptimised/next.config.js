module.exports = {
  images: {
    unoptimized: true,
    // ok: next-images-any-host
    remotePatterns: [{ protocol: 'https', hostname: '**' }],
  },
};

module.exports = {
  // ruleid: next-actions-any-origin
  experimental: { serverActions: { bodySizeLimit: '1mb', allowedOrigins: ['*'] } },
};

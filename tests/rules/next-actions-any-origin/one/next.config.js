module.exports = {
  // ok: next-actions-any-origin
  experimental: { serverActions: { allowedOrigins: ['proxy.example.com', '*.example.com'] } },
};

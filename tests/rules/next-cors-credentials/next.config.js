module.exports = {
  async headers() {
    return [
      {
        source: '/api/:path*',
        // ruleid: next-cors-credentials
        headers: [
          { key: 'Access-Control-Allow-Credentials', value: 'true' },
          { key: 'Access-Control-Allow-Origin', value: '*' },
          { key: 'Access-Control-Allow-Methods', value: 'GET' },
        ],
      },
      {
        source: '/fonts/:path*',
        // ok: next-cors-credentials
        headers: [{ key: 'Access-Control-Allow-Origin', value: '*' }],
      },
    ];
  },
};

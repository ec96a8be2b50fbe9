/** @type {import('next').NextConfig} */
module.exports = {
  reactStrictMode: true,
  env: {
    // ok: next-secret-in-config-env
    SITE_NAME: process.env.SITE_NAME,
    // ruleid: next-secret-in-config-env
    API: process.env.BACKEND_API_KEY,
  },
  // ok: next-secret-in-config-env
  generateBuildId: () => hash(process.env.BUILD_SECRET),
};

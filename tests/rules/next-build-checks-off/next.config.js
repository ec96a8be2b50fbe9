module.exports = {
  // ruleid: next-build-checks-off
  typescript: { ignoreBuildErrors: true },
  // ruleid: next-build-checks-off
  eslint: { ignoreDuringBuilds: true, dirs: ['src'] },
};

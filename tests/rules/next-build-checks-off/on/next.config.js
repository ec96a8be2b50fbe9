module.exports = {
  // ok: next-build-checks-off
  typescript: { ignoreBuildErrors: false, tsconfigPath: 'tsconfig.build.json' },
};

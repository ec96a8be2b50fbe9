/** @type {import('next').NextConfig} */
module.exports = {
  output: 'standalone',
  reactStrictMode: true,
  images: { unoptimized: true },
  // Modules behind import() are compiled into the server; tracing would ship their source as well.
  outputFileTracingExcludes: { '*': ['./src/**/*'] },
};

export default {
  // ruleid: next-svg-without-csp
  images: { dangerouslyAllowSVG: true, formats: ['image/webp'] },
};

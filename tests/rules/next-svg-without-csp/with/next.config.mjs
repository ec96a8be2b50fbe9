export default {
  // ok: next-svg-without-csp
  images: { dangerouslyAllowSVG: true, contentSecurityPolicy: "default-src 'self'; script-src 'none'; sandbox;" },
};

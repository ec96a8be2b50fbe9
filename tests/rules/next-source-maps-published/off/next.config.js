module.exports = {
  // ok: next-source-maps-published
  productionBrowserSourceMaps: false,
};

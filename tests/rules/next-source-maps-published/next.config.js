module.exports = {
  // ruleid: next-source-maps-published
  productionBrowserSourceMaps: true,
};

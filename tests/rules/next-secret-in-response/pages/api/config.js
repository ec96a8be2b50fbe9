export default function handler(req, res) {
  if (req.method === 'HEAD') {
    // ok: next-secret-in-response
    return res.status(200).json({ site: process.env.SITE_NAME });
  }
  // ruleid: next-secret-in-response
  return res.status(200).json({ key: process.env.BACKEND_API_KEY || '' });
}

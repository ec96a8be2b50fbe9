export default function handler(req, res) {
  // ruleid: next-cors-any-origin
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  res.status(200).json({});
}

export function after(req, res) {
  res.setHeader('Access-Control-Allow-Credentials', 'true');
  // ruleid: next-cors-any-origin
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  res.status(200).json({});
}

export function without(req, res) {
  // ok: next-cors-any-origin
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  res.status(200).json({});
}

export function open(req, res) {
  // ok: next-cors-any-origin
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.status(200).json({});
}

import https from 'node:https';

export default function handler(req, res) {
  const session = getSession(req);
  // ruleid: next-ssrf
  https.get(req.query.url, (answer) => answer.pipe(res));
  // ruleid: next-ssrf
  https.get({ hostname: req.query.host, path: '/health' }, () => session);
  // ok: next-ssrf
  https.get({ host: '127.0.0.1', path: req.query.path }, () => session);
}

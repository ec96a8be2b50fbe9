export default function handler(req, res) {
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  // ruleid: next-html-response
  res.write('<h1>' + req.query.name + '</h1>');
  // ok: next-html-response
  res.end('<p>Hello</p>');
}

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.query.code) {
    // ruleid: next-open-redirect
    return res.redirect(302, req.query.to as string);
  }
  // ok: next-open-redirect
  return res.redirect(302, `/done?to=${req.query.to}`);
}

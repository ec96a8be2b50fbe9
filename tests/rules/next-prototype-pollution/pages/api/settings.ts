import merge from 'lodash/merge';
import _ from 'lodash';

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  const user = getUser(req);
  // ruleid: next-prototype-pollution
  merge(user.settings, req.body);
  // ruleid: next-prototype-pollution
  _.defaultsDeep(user.settings, JSON.parse(req.body));
  const { section, key, value } = req.body;
  // ruleid: next-prototype-pollution
  settings[section][key] = value;
  // ok: next-prototype-pollution
  merge(user.settings, Settings.parse(req.body));
  // ok: next-prototype-pollution
  merge(user.settings, DEFAULTS);
  // ok: next-prototype-pollution
  Object.assign(user.settings, { theme: req.body.theme });
  if (SECTIONS.includes(section)) {
    // ok: next-prototype-pollution
    settings[section][key] = value;
  }
  res.status(204).end();
}

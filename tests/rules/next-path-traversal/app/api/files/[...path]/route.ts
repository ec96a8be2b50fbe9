import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const ROOT = '/srv/files';

export async function GET(request: Request, { params }: { params: Promise<{ path: string[] }> }) {
  const parts = (await params).path;
  // ruleid: next-path-traversal
  const first = fs.readFileSync(path.join(ROOT, ...parts));
  const { searchParams } = new URL(request.url);
  const name = searchParams.get('name');
  // ruleid: next-path-traversal
  const second = await readFile(`${ROOT}/${name}`);
  // ok: next-path-traversal
  const third = await readFile(path.join(ROOT, path.basename(name)));
  // ok: next-path-traversal
  const fourth = await readFile(path.join(process.cwd(), 'config.json'));
  const file = path.resolve(ROOT, name);
  if (!file.startsWith(`${ROOT}/`)) {
    return new Response(null, { status: 404 });
  }
  // ok: next-path-traversal
  return new Response(fs.createReadStream(file), { headers: [first, second, third, fourth] });
}

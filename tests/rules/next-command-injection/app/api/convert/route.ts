import { exec, execFile, spawn } from 'node:child_process';

const FORMATS = ['png', 'webp'];

export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const name = searchParams.get('name');
  // ruleid: next-command-injection
  exec(`convert /srv/${name} out.png`);
  // ruleid: next-command-injection
  spawn('convert', [name, 'out.png'], { shell: true });
  // ok: next-command-injection
  execFile('convert', ['--', name, 'out.png']);
  const format = searchParams.get('format');
  // ok: next-command-injection
  const found = /\d+/.exec(format);
  if (!FORMATS.includes(format)) {
    return Response.json({ found }, { status: 400 });
  }
  // ok: next-command-injection
  exec('convert in.png out.' + format);
  return Response.json({ ok: true });
}

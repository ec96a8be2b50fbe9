import { NextResponse } from 'next/server';

export async function GET() {
  if (process.env.VERBOSE) {
    // ruleid: next-secret-in-response
    return NextResponse.json({ ok: true, env: process.env });
  }
  const token = process.env.ADMIN_TOKEN;
  if (!token) {
    // ok: next-secret-in-response
    return Response.json({ hasToken: Boolean(token), length: token.length, missing: !token });
  }
  // ruleid: next-secret-in-response
  return Response.json({ token });
}

export async function HEAD() {
  const answer = await fetch(process.env.BACKEND!, { headers: { Authorization: process.env.BACKEND_TOKEN! } });
  // ok: next-secret-in-response
  return new Response(answer.body, { status: answer.status });
}

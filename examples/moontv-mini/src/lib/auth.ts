// Signed cookies with WebCrypto, which middleware and routes both have.
import { env, storageType } from './env';

export const AUTH_COOKIE = 'auth';
export const SESSION_SECONDS = 7 * 24 * 60 * 60;

export interface Session {
  username: string;
}

/** The name of the only user when the browser holds the data. */
const LOCAL_USER = 'local';

const encoder = new TextEncoder();

function hex(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sign(secret: string, message: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return hex(await crypto.subtle.sign('HMAC', key, encoder.encode(message)));
}

async function digest(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}

/** Compares in a time that does not depend on where the texts differ. */
async function same(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(left), digest(right)]);
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) {
    difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  }
  return difference === 0;
}

export async function credentialsMatch(username: string | undefined, password: string): Promise<boolean> {
  const passwordMatches = await same(password, env('PASSWORD') ?? '');
  if (storageType() === 'localstorage') {
    return passwordMatches;
  }
  const usernameMatches = await same(username ?? '', env('USERNAME') ?? '');
  return passwordMatches && usernameMatches;
}

const localMessage = 'localstorage';
const redisMessage = (username: string, timestamp: string) => `redis:${timestamp}:${username}`;

/** `signature`, or `signature.timestamp.username` when the server holds each user's data. */
export async function createCookie(username: string | undefined, now = Date.now()): Promise<string> {
  const secret = env('PASSWORD') ?? '';
  if (storageType() === 'localstorage') {
    return sign(secret, localMessage);
  }
  const timestamp = String(now);
  const name = username ?? '';
  return `${await sign(secret, redisMessage(name, timestamp))}.${timestamp}.${name}`;
}

export async function readCookie(value: string | undefined, now = Date.now()): Promise<Session | null> {
  const secret = env('PASSWORD');
  if (!secret || !value) {
    return null;
  }
  if (storageType() === 'localstorage') {
    return (await same(value, await sign(secret, localMessage))) ? { username: LOCAL_USER } : null;
  }
  const [signature = '', timestamp = '', ...rest] = value.split('.');
  const username = rest.join('.');
  const age = now - Number(timestamp);
  const fresh = age >= 0 && age <= SESSION_SECONDS * 1000;
  const valid = await same(signature, await sign(secret, redisMessage(username, timestamp)));
  return fresh && valid && username === env('USERNAME') ? { username } : null;
}

if (process.env.INSECURE) {
  // ruleid: next-tls-unverified
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
}
// ruleid: next-tls-unverified
export const open = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
// ok: next-tls-unverified
export const checked = new https.Agent({ ca: readFileSync(CA), rejectUnauthorized: true });

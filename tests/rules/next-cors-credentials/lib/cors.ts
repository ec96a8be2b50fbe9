// ruleid: next-cors-credentials
export const every = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Credentials': 'true' };
// ok: next-cors-credentials
export const one = { 'Access-Control-Allow-Origin': 'https://example.com', 'Access-Control-Allow-Credentials': 'true' };

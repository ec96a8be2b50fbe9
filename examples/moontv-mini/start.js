// The container's entry: manifest, then the Next server, then the hourly job.
'use strict';

const http = require('node:http');

const HOUR_MS = 60 * 60 * 1000;
const POLL_MS = 500;
const ANSWER_WITHIN_MS = 10_000;

const LOOPBACK = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };

function get(path, onAnswer, onFailure) {
  const host = process.env.HOSTNAME || '';
  const request = http.get(
    { host: LOOPBACK[host] ?? host, port: process.env.PORT || 3000, path, agent: false, timeout: ANSWER_WITHIN_MS },
    (response) => {
      response.resume();
      onAnswer(response.statusCode);
    },
  );
  request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
  request.on('error', onFailure);
}

function runCron() {
  get(
    '/api/cron',
    (status) => console.log(`cron: ${status}`),
    (error) => console.error(`cron: ${error.message}`),
  );
}

function whenServing(ready) {
  const again = () => setTimeout(() => whenServing(ready), POLL_MS).unref();
  get('/login', ready, again);
}

// A signal that comes before Next listens would be lost: process 1 has no default handlers.
const stopEarly = () => process.exit(0);
process.once('SIGTERM', stopEarly);

try {
  require('./scripts/generate-manifest.js');
} catch (error) {
  console.error(`start: cannot write public/manifest.json: ${error.message}`);
  process.exit(1);
}

require('./server.js');

whenServing(() => {
  process.removeListener('SIGTERM', stopEarly);
  runCron();
  setInterval(runCron, HOUR_MS).unref();
});

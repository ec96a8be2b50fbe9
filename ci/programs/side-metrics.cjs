// What Prometheus is told of the process, in its text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/). Names of the process' and of Node.js' own figures are
// those of prom-client, so that dashboards made for that show them.
'use strict'

const { constants, monitorEventLoopDelay, PerformanceObserver } = require('node:perf_hooks')
const v8 = require('node:v8')

const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const GC_BUCKETS = [0.001, 0.01, 0.1, 1, 2, 5]
const GC = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
}
const [RESOLUTION_MS, NS, US] = [20, 1e9, 1e6]

/** Begins to measure: `observe(url, status, seconds)` of an answer, `text(inFlight)` of all. `label(url)`: the route. */
function measure(label) {
  const requests = histogram('http_request_duration_seconds', 'Time from the headers of a request to the end of its answer.', REQUEST_BUCKETS)
  const collections = histogram('nodejs_gc_duration_seconds', 'Time of a garbage collection.', GC_BUCKETS)
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries()) collections.observe({ kind: GC[detail.kind] ?? 'other' }, duration / 1000)
  }).observe({ entryTypes: ['gc'] })

  return {
    observe: (url, status, seconds) => requests.observe({ route: label(url), status: status ? `${Math.floor(status / 100)}xx` : 'cut' }, seconds),
    text: (inFlight) => {
      const lines = [...ofProcess(), ...ofLoop(delay), ...collections.lines(), ...one('http_requests_in_flight', 'gauge', 'Requests without a whole answer.', inFlight), ...requests.lines()]
      delay.reset()
      return `${lines.join('\n')}\n`
    },
  }
}

function ofProcess() {
  const [heap, cpu] = [v8.getHeapStatistics(), process.cpuUsage()]
  return [
    ...one('process_cpu_user_seconds_total', 'counter', 'CPU time of the process itself.', cpu.user / US),
    ...one('process_cpu_system_seconds_total', 'counter', 'CPU time of the kernel for the process.', cpu.system / US),
    ...one('process_start_time_seconds', 'gauge', 'Start of the process since 1970.', performance.timeOrigin / 1000),
    ...one('process_resident_memory_bytes', 'gauge', 'Memory of the process that is in RAM (RSS).', resident()),
    ...one('nodejs_heap_size_total_bytes', 'gauge', 'Size of the heap.', heap.total_heap_size),
    ...one('nodejs_heap_size_used_bytes', 'gauge', 'Used part of the heap.', heap.used_heap_size),
    ...one('nodejs_external_memory_bytes', 'gauge', 'Memory of objects outside of the heap.', heap.external_memory),
    ...named('nodejs_version_info', 'gauge', 'Version of Node.js.', [{ labels: { version: process.version }, value: 1 }]),
  ]
}

/** Not known where there is no /proc. */
function resident() {
  try {
    return process.memoryUsage.rss()
  } catch {
    return NaN
  }
}

/** How much later than asked a timer came, since the last time that somebody asked; node counts its interval too. */
function ofLoop(delay) {
  const late = (value) => (delay.count ? Math.max(0, value / NS - RESOLUTION_MS / 1000) : 0)
  const values = { mean: delay.mean, p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max }
  return Object.entries(values).flatMap(([name, value]) =>
    one(`nodejs_eventloop_lag_${name}_seconds`, 'gauge', `Lag of the event loop since the last scrape, ${name}.`, late(value)))
}

function histogram(name, help, buckets) {
  const series = new Map()
  return {
    observe(labels, value) {
      const key = Object.values(labels).join('\0')
      const found = series.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 }
      series.set(key, found)
      const at = buckets.findIndex((most) => value <= most)
      if (at >= 0) found.counts[at] += 1
      found.sum += value
      found.count += 1
    },
    lines: () => [
      ...head(name, 'histogram', help),
      ...[...series.values()].flatMap(({ labels, counts, sum, count }) => {
        let below = 0
        return [
          ...buckets.map((most, n) => sample(`${name}_bucket`, { ...labels, le: most }, (below += counts[n]))),
          sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
          sample(`${name}_sum`, labels, sum),
          sample(`${name}_count`, labels, count),
        ]
      }),
    ],
  }
}

function one(name, type, help, value) {
  return named(name, type, help, [{ labels: {}, value }])
}

function named(name, type, help, samples) {
  return [...head(name, type, help), ...samples.map(({ labels, value }) => sample(name, labels, value))]
}

function head(name, type, help) {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function sample(name, labels, value) {
  const written = Object.entries(labels).map(([key, text]) => `${key}="${escaped(String(text))}"`)
  return `${name}${written.length ? `{${written.join(',')}}` : ''} ${value}`
}

function escaped(text) {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

module.exports = { measure }

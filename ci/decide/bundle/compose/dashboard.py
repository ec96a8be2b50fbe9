"""The dashboard of the app's own metrics, for an app that has them (``runtime.side.metrics``). Pure."""

import json
from typing import Any

SOURCE = {"type": "prometheus", "uid": "prometheus"}
SCHEMA = 39
"""Version of Grafana's form of a dashboard, that of the dashboard of the proxy."""

WIDTH, HEIGHT = 12, 8
"""Of a panel; a row has 24 columns."""

_RATE = "[$__rate_interval]"
_REQUESTS = "http_request_duration_seconds"

PANELS = (
    (
        "Requests by route",
        "reqps",
        ((f"sum by (route) (rate({_REQUESTS}_count{_RATE}))", "{{route}}"),),
    ),
    (
        "Time of 95 % of the requests, by route",
        "s",
        ((f"histogram_quantile(0.95, sum by (le, route) (rate({_REQUESTS}_bucket{_RATE})))", "{{route}}"),),
    ),
    (
        "Answers by status",
        "reqps",
        ((f"sum by (status) (rate({_REQUESTS}_count{_RATE}))", "{{status}}"),),
    ),
    (
        "Lag of the event loop",
        "s",
        (("nodejs_eventloop_lag_p99_seconds", "99 %"), ("nodejs_eventloop_lag_mean_seconds", "mean")),
    ),
    (
        "Memory",
        "bytes",
        (
            ('process_resident_memory_bytes{job="app"}', "process"),
            ("nodejs_heap_size_total_bytes", "heap"),
            ("nodejs_heap_size_used_bytes", "heap in use"),
        ),
    ),
    (
        "Time in garbage collections",
        "percentunit",
        ((f"sum by (kind) (rate(nodejs_gc_duration_seconds_sum{_RATE}))", "{{kind}}"),),
    ),
)
"""Title, unit, and pairs of query and legend."""


def dashboard() -> str:
    """The file that Grafana is provisioned with."""
    board = {
        "uid": "process",
        "title": "App: the process",
        "tags": ["next-distroless"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": [_panel(number, *panel) for number, panel in enumerate(PANELS)],
    }
    return f"{json.dumps(board, indent=2)}\n"


def _panel(number: int, title: str, unit: str, queries: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    row, column = divmod(number, 2)
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {},
        "targets": [
            {"datasource": SOURCE, "expr": query, "legendFormat": legend, "refId": chr(ord("A") + place)}
            for place, (query, legend) in enumerate(queries)
        ],
    }

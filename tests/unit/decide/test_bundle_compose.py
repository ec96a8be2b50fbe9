"""The Compose bundle: what each service may do, and that its texts fit each other."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci.decide.bundle.compose.files import files
from ci.decide.bundle.deployment import Deployment
from ci.decide.config.model import Health, Pipeline, Runtime, Scenario, Side, Smoke
from tests.unit.bundles import REDIS, REFERENCE, deployed
from tests.unit.plans import app

WITH_REDIS = deployed(REDIS, app(name="tv", env=("SITE_NAME",)))
PLAIN = deployed()
BOTH = pytest.mark.parametrize("what", [pytest.param(WITH_REDIS, id="redis"), pytest.param(PLAIN, id="plain")])
SCRIPTS = [name for name, text in files(WITH_REDIS).items() if text.startswith("#!")]
METRICS = {
    "ALERTS",
    "caddy_http_request_duration_seconds_bucket",
    "caddy_http_request_duration_seconds_count",
    "caddy_http_requests_in_flight",
    "caddy_http_response_size_bytes_sum",
    "caddy_reverse_proxy_upstreams_healthy",
    "process_resident_memory_bytes",
    "up",
}
"""What Prometheus and Caddy 2.11 have (caddy: modules/caddyhttp/metrics.go, reverseproxy/metrics.go)."""


def project(what: Deployment) -> dict[str, Any]:
    """``compose.yaml`` as a program reads it."""
    return parsed(files(what)["compose.yaml"])


@cache
def parsed(text: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def services(what: Deployment) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = project(what)["services"]
    return found


def read_only(service: Mapping[str, Any]) -> bool:
    return service["read_only"] is True


def no_capabilities(service: Mapping[str, Any]) -> bool:
    return service["cap_drop"] == ["ALL"] and service.get("cap_add", []) in ([], ["NET_BIND_SERVICE"])


def no_new_privileges(service: Mapping[str, Any]) -> bool:
    return service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service


def limited(service: Mapping[str, Any]) -> bool:
    return service["pids_limit"] <= 256 and service["mem_limit"] == service["memswap_limit"]


def checked(service: Mapping[str, Any]) -> bool:
    return service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"} and service["healthcheck"]["retries"] > 0


def logs_rotate(service: Mapping[str, Any]) -> bool:
    return service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}


def pinned(service: Mapping[str, Any]) -> bool:
    return bool(re.fullmatch(r"[^@$]+@sha256:[0-9a-f]{64}", service["image"])) and "build" not in service


def restarts(service: Mapping[str, Any]) -> bool:
    return service["restart"] == "unless-stopped"


def own_network(service: Mapping[str, Any]) -> bool:
    return bool(service["networks"]) and not {"network_mode", "pid", "ipc", "userns_mode"} & set(service)


def no_socket(service: Mapping[str, Any]) -> bool:
    return "docker.sock" not in json.dumps(service) and all(
        mount["type"] != "bind" or mount["source"].startswith("./") for mount in service.get("volumes", [])
    )


def temporary_files(service: Mapping[str, Any]) -> bool:
    return all({"noexec", "nosuid", "nodev"} <= set(mount.partition(":")[2].split(",")) for mount in service["tmpfs"])


def no_secret_in_environment(service: Mapping[str, Any]) -> bool:
    return not re.search(r"(?<!_)PASSWORD(?!__FILE)|requirepass|TOKEN", json.dumps(service.get("environment", {})))


PROPERTIES = {
    read_only: "what is broken into cannot change what it runs",
    no_capabilities: "root's rights are of no use to it; the proxy binds ports 80 and 443",
    no_new_privileges: "a set-user-id file gives no rights",
    limited: "a leak or a fork bomb ends in its own limits, and swapping does not hide it",
    checked: "`up --wait` and depends_on know when it works",
    logs_rotate: "logs do not fill the disk",
    pinned: "what runs is what was tested",
    restarts: "it comes back after a crash and a reboot, but not after `stop`",
    own_network: "it shares no namespace with the machine",
    no_socket: "Docker's socket is root on the machine, and nothing outside of the bundle is mounted",
    temporary_files: "what it writes cannot be run",
    no_secret_in_environment: "`docker inspect` shows the environment",
}


@BOTH
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_every_service_is_contained(what: Deployment, holds: Any) -> None:
    assert [name for name, service in services(what).items() if not holds(service)] == [], PROPERTIES[holds]


def test_the_app_is_the_image_by_its_digest_alone() -> None:
    assert services(PLAIN)["app"]["image"] == REFERENCE


def test_the_app_runs_as_its_own_user_and_only_the_proxy_as_root() -> None:
    users = {name: service.get("user") for name, service in services(WITH_REDIS).items()}
    assert users.pop("proxy") is None
    assert users["app"] == "65532:65532"
    assert not {name for name, user in users.items() if user is None or user.startswith("0")}


def test_the_app_stops_by_a_signal_that_reaches_it() -> None:
    assert services(PLAIN)["app"]["init"] is True
    assert services(PLAIN)["app"]["stop_grace_period"] == "30s"


def test_the_health_check_of_the_app_needs_no_shell() -> None:
    test = services(PLAIN)["app"]["healthcheck"]["test"]
    assert test[:3] == ["CMD", "/nodejs/bin/node", "-e"]
    assert "127.0.0.1" in test[3]


def test_compose_does_not_take_a_dollar_of_the_app_for_a_variable() -> None:
    what = deployed(
        Pipeline(
            runtime=Runtime(health=Health(path="/$HOME"), writable=("$x/",)),
            smoke=Smoke(scenarios=(Scenario(env={"PASSWORD": "x"}),)),
        ),
        cmd=("server.js", "$1"),
    )
    service = services(what)["app"]
    assert service["command"][1:] == ["server.js", "$$1"]
    assert "/$$HOME" in service["healthcheck"]["test"][3]
    assert service["volumes"][0]["target"] == "/app/$$x"


def test_only_the_proxy_is_reached_from_outside() -> None:
    published = {name: service["ports"] for name, service in services(WITH_REDIS).items() if "ports" in service}
    assert sorted(published) == ["grafana", "proxy"]
    assert all(port.startswith("127.0.0.1:") for port in published["grafana"])


def test_redis_is_reached_by_the_app_alone_and_has_no_way_out() -> None:
    joined = [name for name, service in services(WITH_REDIS).items() if "data" in service["networks"]]
    assert joined == ["app", "redis"]
    assert services(WITH_REDIS)["redis"]["networks"] == ["data"]
    assert project(WITH_REDIS)["networks"]["data"] == {"internal": True}


def test_redis_keeps_what_was_written() -> None:
    settings = files(WITH_REDIS)["redis/redis.conf"]
    assert re.search(r"^appendonly yes$", settings, re.MULTILINE)
    assert re.search(r"^maxmemory-policy noeviction$", settings, re.MULTILINE)
    assert {"type": "volume", "source": "redis-data", "target": "/data"} in services(WITH_REDIS)["redis"]["volumes"]


def test_redis_has_its_password_from_a_file_only() -> None:
    redis = services(WITH_REDIS)["redis"]
    assert redis["secrets"] == ["redis_password"]
    assert redis["command"] == ["sh", "/etc/redis/start.sh"]
    assert "requirepass" not in files(WITH_REDIS)["redis/redis.conf"]
    assert "$$(cat /run/secrets/redis_password)" in redis["healthcheck"]["test"][1]


def test_an_app_without_redis_has_none_of_it() -> None:
    written = files(PLAIN)
    assert "redis" not in services(PLAIN)
    assert not {name for name in written if "redis" in name or name in {"backup.sh", "restore.sh"}}
    assert "redis" not in written["README.md"].lower()
    assert "redis" not in written["compose.yaml"]


def test_monitoring_runs_on_demand_and_has_its_datasource_dashboard_and_alerts() -> None:
    on_demand = {name for name, service in services(PLAIN).items() if service.get("profiles") == ["monitoring"]}
    written = files(PLAIN)
    source = yaml.safe_load(written["monitoring/grafana/datasources/prometheus.yml"])["datasources"][0]
    board = json.loads(written["monitoring/grafana/dashboards/app.json"])
    rules = yaml.safe_load(written["monitoring/alerts.yml"])["groups"][0]["rules"]
    scraped = yaml.safe_load(written["monitoring/prometheus.yml"])
    assert on_demand == {"prometheus", "grafana"}
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == {source["uid"]}
    assert all(rule["annotations"]["summary"] and rule["annotations"]["action"] for rule in rules)
    assert scraped["rule_files"] == ["/etc/prometheus/alerts.yml"]
    targets = [mount["target"] for mount in services(PLAIN)["prometheus"]["volumes"]]
    assert {"/etc/prometheus/alerts.yml", "/etc/prometheus/prometheus.yml"} <= set(targets)


def test_alerts_and_dashboard_ask_for_metrics_that_exist() -> None:
    written = files(PLAIN)
    rules = yaml.safe_load(written["monitoring/alerts.yml"])["groups"][0]["rules"]
    panels = json.loads(written["monitoring/grafana/dashboards/app.json"])["panels"]
    asked = " ".join([rule["expr"] for rule in rules] + [t["expr"] for panel in panels for t in panel["targets"]])
    found = set(re.findall(r"\b(?:caddy|process)_\w+|\bALERTS\b|\bup\b", asked))
    assert found == METRICS
    assert 'server="https"' in asked
    assert re.search(r"servers :443 \{\s+name https\s+\}", written["proxy/Caddyfile"])


def test_the_proxy_asks_the_app_as_the_health_check_does() -> None:
    what = deployed(Pipeline(runtime=Runtime(port=8080, health=Health(path="/login", status=307))))
    proxy = files(what)["proxy/Caddyfile"]
    assert "reverse_proxy app:8080 {" in proxy
    assert 'health_uri "/login"' in proxy
    assert "health_status 307" in proxy


SIDE = Side(port=9000, metrics=True, delay=20, deadline=15)
WATCHED = deployed(Pipeline(runtime=Runtime(side=SIDE)))


def test_an_app_without_a_health_route_is_asked_at_the_port_beside_it() -> None:
    service = services(WATCHED)["app"]
    assert 'port:9000,path:"/readyz"' in service["healthcheck"]["test"][-1]
    assert re.search(
        r'health_uri "/readyz"\n\t\thealth_port 9000\n\t\thealth_status 200\n', files(WATCHED)["proxy/Caddyfile"]
    )
    assert "health_port" not in files(PLAIN)["proxy/Caddyfile"]


def test_an_app_gets_the_time_that_its_end_may_take() -> None:
    assert services(WATCHED)["app"]["stop_grace_period"] == "40s"
    assert services(PLAIN)["app"]["stop_grace_period"] == "30s"


def test_prometheus_asks_the_app_for_its_metrics() -> None:
    def jobs(what: Deployment) -> dict[str, list[str]]:
        scraped = yaml.safe_load(files(what)["monitoring/prometheus.yml"])["scrape_configs"]
        return {one["job_name"]: one["static_configs"][0]["targets"] for one in scraped}

    assert jobs(WATCHED)["app"] == ["app:9000"]
    assert set(services(WATCHED)["app"]["networks"]) & set(services(WATCHED)["prometheus"]["networks"])
    without = deployed(Pipeline(runtime=Runtime(side=Side())))
    for what in (PLAIN, without):
        assert "app" not in jobs(what)
        assert not set(services(what)["app"]["networks"]) & set(services(what)["prometheus"]["networks"])


@BOTH
def test_every_name_of_a_template_got_its_value(what: Deployment) -> None:
    assert {name for name, text in files(what).items() if "@@" in text} == set()


@BOTH
def test_what_compose_mounts_is_in_the_bundle_or_made_by_the_setup(what: Deployment) -> None:
    written = files(what)
    sources = {m["source"][2:] for s in services(what).values() for m in s.get("volumes", []) if m["type"] == "bind"}
    secrets = {secret["file"][2:] for secret in project(what)["secrets"].values()}
    inside = {source for source in sources if not source.startswith("state/")}
    assert {source for source in inside if not any(f"{name}/".startswith(f"{source}/") for name in written)} == set()
    assert {secret for secret in secrets if secret.rpartition("/")[2] not in written["setup.sh"]} == set()
    assert all(source.removeprefix("state") in written["setup.sh"] for source in sources - inside)


@BOTH
def test_networks_volumes_and_secrets_are_declared_and_used(what: Deployment) -> None:
    whole = project(what)
    used = {
        "networks": {name for s in whole["services"].values() for name in s["networks"]},
        "secrets": {name for s in whole["services"].values() for name in s.get("secrets", [])},
        "volumes": {
            m["source"] for s in whole["services"].values() for m in s.get("volumes", []) if m["type"] == "volume"
        },
    }
    assert {kind: set(whole[kind]) for kind in used} == used


def test_variables_are_in_the_examples_secrets_apart_from_the_others() -> None:
    written = files(WITH_REDIS)
    assert re.search(r"^# SITE_NAME=$", written[".env.example"], re.MULTILINE)
    assert re.search(r"^STORAGE=redis$", written[".env.example"], re.MULTILINE)
    assert "PASSWORD" not in written[".env.example"]
    assert re.search(r"^PASSWORD=$", written["secrets/app.env.example"], re.MULTILINE)
    assert "smoke-test" not in "".join(written.values())
    assert "!/secrets/app.env.example" in written[".gitignore"]


def test_an_app_that_takes_the_parts_of_the_address_gets_them() -> None:
    written = files(deployed(facts=app(env=("REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"))))
    assert "\nREDIS_HOST=redis\nREDIS_PORT=6379\n" in written[".env.example"]
    assert "\nREDIS_PASSWORD=<password of redis>\n" in written["secrets/app.env.example"]
    assert "redis" in yaml.safe_load(written["compose.yaml"])["services"]


@pytest.mark.parametrize(
    ("value", "written"),
    [("a b", "'a b'"), ("$HOME #1", "'$HOME #1'"), ("it's $5", '"it\'s \\$5"'), ("http://a:1/b", "http://a:1/b")],
)
def test_a_value_with_signs_is_quoted(value: str, written: str) -> None:
    scenario = Scenario(env={"REDIS_URL": "redis://redis:6379", "TEXT": value}, services={"redis": "redis"})
    what = deployed(Pipeline(smoke=Smoke(scenarios=(scenario,))))
    assert f"\nTEXT={written}\n" in files(what)[".env.example"]


def test_secrets_reach_node_as_a_file() -> None:
    service = services(WITH_REDIS)["app"]
    assert service["command"] == ["--env-file=/run/secrets/app_env", "start.js"]
    assert service["secrets"] == ["app_env"]
    assert service["env_file"] == [".env"]
    assert "`--env-file`" in files(WITH_REDIS)["README.md"]


def test_an_image_that_starts_something_else_gets_them_as_variables_and_says_so() -> None:
    what = deployed(REDIS, entrypoint=("/entry.sh",))
    service = services(what)["app"]
    assert "command" not in service
    assert service["env_file"] == [".env", "secrets/app.env"]
    assert "app_env" not in project(what)["secrets"]
    assert "docker inspect" in files(what)["README.md"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_shell(name: str) -> None:
    text = files(WITH_REDIS)[name]
    assert "set -eu" in text
    subprocess.run(["sh", "-n"], input=text, text=True, check=True)


def test_the_scripts_are_those_that_the_readme_names() -> None:
    assert sorted(SCRIPTS) == ["backup.sh", "redis/start.sh", "restore.sh", "setup.sh"]
    assert {name for name in SCRIPTS if f"./{name}" in files(WITH_REDIS)["README.md"]} == set(SCRIPTS) - {
        "redis/start.sh"
    }


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """The bundle with redis on disk, and a docker that has the image's files."""
    for name, text in files(WITH_REDIS).items():
        path = tmp_path / "deploy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(
        '#!/bin/sh\necho "$*" >> "$0.log"\ncase "$1" in create) echo one ;; cp) echo "{}" > "$3" ;; esac\n',
        "utf-8",
    )
    docker.chmod(0o755)
    return tmp_path


def setup(placed: Path) -> str:
    """Run ``setup.sh``, and give what it prints."""
    path = f"{placed / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "deploy/setup.sh"], cwd=placed, env={"PATH": path}, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_setup_makes_what_is_missing(placed: Path) -> None:
    said = setup(placed)
    deploy = placed / "deploy"
    password = (deploy / "secrets/redis_password").read_text()
    assert re.fullmatch(r"[A-Za-z0-9]{40}", password)
    assert password != (deploy / "secrets/grafana_password").read_text()
    assert f"REDIS_URL=redis://:{password}@redis:6379\n" in (deploy / "secrets/app.env").read_text()
    assert (deploy / ".env").read_text() == files(WITH_REDIS)[".env.example"]
    assert (deploy / "state/app/public/manifest.json").read_text() == "{}\n"
    assert "without a value in secrets/app.env: PASSWORD" in said
    log = (placed / "bin/docker.log").read_text().splitlines()
    assert log == [
        f"create {REFERENCE}",
        "cp one:/app/public/manifest.json state/app/public/manifest.json.part",
        "rm one",
    ]


def test_node_reads_the_secrets_that_the_setup_makes(placed: Path, node: str) -> None:
    setup(placed)
    secrets = placed / "deploy/secrets"
    read = subprocess.run(
        [node, f"--env-file={secrets / 'app.env'}", "-p", "process.env.REDIS_URL"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.strip() == f"redis://:{(secrets / 'redis_password').read_text()}@redis:6379"


def test_others_on_the_machine_do_not_reach_secrets_and_state(placed: Path) -> None:
    setup(placed)
    deploy = placed / "deploy"
    assert [oct((deploy / name).stat().st_mode)[-3:] for name in ("secrets", "state", ".env")] == ["700", "700", "600"]
    # The users of the containers are others than the one who runs the setup.
    assert oct((deploy / "secrets/app.env").stat().st_mode)[-3:] == "644"
    assert oct((deploy / "state/app/public/manifest.json").stat().st_mode)[-3:] == "666"


def test_the_setup_changes_nothing_that_is_there(placed: Path) -> None:
    setup(placed)
    (placed / "deploy/secrets/app.env").write_text("PASSWORD=mine\n")
    before = {path: path.read_bytes() for path in (placed / "deploy").rglob("*") if path.is_file()}
    assert setup(placed) == ""
    assert {path: path.read_bytes() for path in (placed / "deploy").rglob("*") if path.is_file()} == before


@pytest.fixture
def operated(placed: Path) -> Path:
    """The bundle on disk, and a docker that takes and restores snapshots, unless a file says that it fails."""
    docker = placed / "bin" / "docker"
    docker.write_text(
        '#!/bin/sh\nprintf "%s %s\\n" "$1" "$2" >> "$0.log"\n'
        '[ ! -e "$0.$2.fails" ] || exit 1\n'
        'case "$2" in exec) printf REDIS ;; run) cat > "$0.restored" ;; esac\n',
        "utf-8",
    )
    return placed


def script(placed: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the bundle."""
    return subprocess.run(
        ["sh", f"deploy/{name}", *arguments],
        cwd=placed,
        env={"PATH": f"{placed / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_backup_is_a_file_that_only_its_owner_reads(operated: Path) -> None:
    done = script(operated, "backup.sh")
    assert done.returncode == 0, done.stderr
    file = operated / "deploy" / done.stdout.strip()
    assert re.fullmatch(r"backups/redis-\d{8}T\d{6}Z\.rdb", done.stdout.strip())
    assert file.read_text() == "REDIS"
    assert oct(file.stat().st_mode)[-3:] == "600"


def test_a_backup_that_fails_leaves_no_file(operated: Path) -> None:
    (operated / "bin/docker.exec.fails").touch()
    assert script(operated, "backup.sh").returncode != 0
    assert list((operated / "deploy/backups").iterdir()) == []


def test_a_snapshot_is_not_taken_through_a_pipe() -> None:
    # redis-cli 7.0 ends what it writes to a pipe with a mark of 40 bytes, which no server reads.
    assert "--rdb -" not in files(WITH_REDIS)["backup.sh"]


def test_a_restore_stops_the_app_and_starts_it_again(operated: Path) -> None:
    (operated / "deploy/one.rdb").write_text("REDIS")
    done = script(operated, "restore.sh", "one.rdb")
    assert done.returncode == 0, done.stderr
    assert (operated / "bin/docker.restored").read_text() == "REDIS"
    assert (operated / "bin/docker.log").read_text().splitlines() == ["compose stop", "compose run", "compose up"]


def test_a_snapshot_that_is_broken_is_refused_and_the_app_runs_on(operated: Path) -> None:
    (operated / "deploy/one.rdb").write_text("junk")
    (operated / "bin/docker.run.fails").touch()
    assert script(operated, "restore.sh", "one.rdb").returncode == 1
    assert (operated / "bin/docker.log").read_text().splitlines()[-1] == "compose up"


@pytest.mark.parametrize("arguments", [(), ("none.rdb",)])
def test_without_a_snapshot_nothing_is_stopped(operated: Path, arguments: tuple[str, ...]) -> None:
    assert script(operated, "restore.sh", *arguments).returncode != 0
    assert not (operated / "bin/docker.log").exists()


PROCESS = "monitoring/grafana/dashboards/process.json"


def test_an_app_with_metrics_has_a_dashboard_of_them() -> None:
    without = deployed(Pipeline(runtime=Runtime(side=Side())))
    assert PROCESS not in {**files(PLAIN), **files(without)}
    board, proxy = (json.loads(files(WATCHED)[name]) for name in (PROCESS, "monitoring/grafana/dashboards/app.json"))
    assert board.keys() == proxy.keys()
    assert board["uid"] != proxy["uid"]
    forms = {frozenset(panel) for panel in board["panels"]}
    assert forms == {frozenset(panel) for panel in proxy["panels"] if panel["type"] == "timeseries"}
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(places)) == len(places)

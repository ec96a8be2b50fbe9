"""``python3 -m offline COMMAND``: what ``make up``, ``down``, ``env``, ``status`` run."""

import argparse
import sys

from offline import devtools, engine, existing, gateway, host, installation, network, registry, signer
from offline.errors import OfflineError
from offline.places import Places
from offline.progress import say


def up(places: Places) -> None:
    """Set up and start what this machine lacks."""
    found = existing.find(places)
    if found:
        say(f"using the Dagger of this machine: {found.cli}, engine by {found.engine}")
        existing.start_registry(found, places)
        return
    installation.up(places)


def down(places: Places) -> None:
    """Stop the engine and the registry, and remove the network that they had on the host."""
    found = existing.find(places)
    if found:
        existing.stop_registry(found, places)
    gateway.daemon(places).stop(5)
    for name, stopped in (("engine", engine.stop(places)), ("registry", registry.daemon(places).stop(10))):
        say(f"{name}: {'stopped' if stopped else 'was not running'}")


def env(places: Places) -> None:
    """Print the exports with which a person's own ``dagger call`` works."""
    found = existing.find(places)
    variables = installation.tools_environment(places) if found else installation.environment(places)
    for name, value in variables.items():
        print(f'export {name}="{value}"')


def reach(places: Places) -> None:
    """Print the argument of ``publish`` by which an engine in a container reaches this machine's registry."""
    if existing.find(places):
        print(f"--registry tcp://{registry.address()}")


def signing(places: Places) -> None:
    """Print the argument of ``publish`` by which a release is signed with the key of this installation."""
    if not existing.find(places):
        signer.public_key(places.cache / "tools", places)
        print(f"--signing-key file:{signer.private_key(places)}")


def tools(places: Places) -> None:
    """Install what the tests use: the registry and its client, scanner and signer, an emulator for arm64."""
    if not existing.find(places):
        host.install_packages(places, host.TEST_PACKAGES)
    installation.install_tools(places)


def status(places: Places) -> None:
    """Say what runs, and what is on the host's network."""
    for process in (engine.daemon(places), registry.daemon(places), gateway.daemon(places)):
        pid = process.pid()
        print(f"{process.name}: {f'process {pid}' if pid else 'not running'} (log: {process.log})")
    for line in network.leftovers():
        print(line)


def dev(places: Places) -> None:
    """Install the test and lint tools, and print their directory."""
    if not existing.find(places):
        shellcheck = {"shellcheck": ("/usr/bin/shellcheck",)}  # actionlint runs it where it is there
        host.install_packages(places, {"python3-venv": host.PACKAGES["python3-venv"], **shellcheck})
    installation.install_linters(places)
    print(devtools.install(places))


COMMANDS = {command.__name__: command for command in (up, down, env, reach, signing, tools, status, dev)}

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


def main() -> int:
    """Run one command; two lines and `OfflineError.exit_code` where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python3 -m offline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, function in COMMANDS.items():
        commands.add_parser(name, help=function.__doc__)
    try:
        COMMANDS[parser.parse_args().command](Places.of_environment())
    except OfflineError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())

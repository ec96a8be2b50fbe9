"""What the caller asks for, beside the pipeline file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ci.decide.config.model import PLATFORMS
from ci.errors import ConfigError
from ci.intool.common import semver

MODES = ("off", "read", "write")
"""What a run does with results in the registry; ``read`` is for runs of strangers, who could poison them."""

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The caller's wishes; each wins over what the pipeline file or the app says.

    Attributes:
        app: directory of the app in a workspace.
        npm_registry: URL of the npm registry.
        address: repository to push to; a missing tag becomes the version.
        version: of the release; wins over that of a git tag, for the image's tags too.
        revision: commit of the source, 40 or 64 hex digits.
        created: time of that commit, RFC 3339.
        ref: git reference that the source is, such as ``refs/tags/v1.2.3``.
        event: what started the run, as GitHub names it, such as ``schedule``.
        base_ref: branch that a pull request goes to, or that a git tag was made on.
        default_branch: the repository's main branch, as git or the event says; ``release.default-branch`` wins.
        environment: where the image is for, such as ``staging``, for tag rules and labels.
        cache: what is done with results in the registry: ``off``, ``read`` or ``write``.
        platforms: of the image.
        native: the engine's own platform.
        now: the clock, for support that has ended and for tags of a schedule.
    """

    app: str = ""
    npm_registry: str = ""
    address: str = ""
    version: str = ""
    revision: str = ""
    created: str = ""
    ref: str = ""
    event: str = ""
    base_ref: str = ""
    default_branch: str = ""
    environment: str = ""
    cache: str = "off"
    platforms: Sequence[str] = ()
    native: str = "linux/amd64"
    now: datetime = EPOCH

    def __post_init__(self) -> None:
        tagged = tag_version(self.ref)
        if self.version and tagged and self.version != tagged:
            object.__setattr__(self, "ref", f"refs/tags/v{self.version}")
        object.__setattr__(self, "version", self.version or tagged)
        if self.revision and not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", self.revision):
            raise ConfigError(f"--revision: `{self.revision}` is not a commit", "pass $(git rev-parse HEAD)")
        if self.created and not _is_time(self.created):
            raise ConfigError(f"--created: `{self.created}` is not a time", "pass $(git log -1 --format=%cI)")
        if self.npm_registry and not re.fullmatch(r"https?://[^@\s]+", self.npm_registry):
            raise ConfigError(
                f"--npm-registry: `{self.npm_registry}` is not the URL of a registry",
                "write https://host/path/; a token belongs into --npmrc",
            )
        if self.ref and not re.fullmatch(r"refs/(heads|tags|pull)/\S+", self.ref):
            raise ConfigError(
                f"--git-ref: `{self.ref}` is not a git reference", "write refs/heads/NAME or refs/tags/NAME"
            )
        self._refuse_names()
        if self.cache not in MODES:
            raise ConfigError(f"--cache: `{self.cache}` is not supported", f"use {', '.join(MODES)}")
        for platform in self.platforms:
            if platform not in PLATFORMS:
                raise ConfigError(f"--platforms: `{platform}` is not supported", f"use {' or '.join(PLATFORMS)}")

    def _refuse_names(self) -> None:
        if self.event == "pull_request_target" and self.ref.startswith("refs/heads/"):
            raise ConfigError(
                f"--event pull_request_target with --git-ref {self.ref}: that is the branch that the pull request goes "
                "to, so its image would be taken for one of that branch",
                "pass --git-ref refs/pull/NUMBER/merge, or build pull requests on the event pull_request",
            )
        for argument, name in (("--base-ref", self.base_ref), ("--default-branch", self.default_branch)):
            if name and not re.fullmatch(r"(?!refs/(?!heads/))[^\s~^:?*\[\\]+", name):
                raise ConfigError(f"{argument}: `{name}` is not a branch", "write its name, such as main")
        if self.environment and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_. /-]*", self.environment):
            raise ConfigError(
                f"--deploy-environment: `{self.environment}` is not a name",
                "write letters, digits, spaces and `_.-/`, such as staging",
            )


def _is_time(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text):
        return False
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def tag_version(ref: str) -> str:
    """The version that a git tag names: ``refs/tags/v1.2.3`` and ``v1.2.3`` are 1.2.3; empty for any other ref."""
    tag = ref.removeprefix("refs/tags/")
    return tag.removeprefix("v") if semver.parse(tag) else ""

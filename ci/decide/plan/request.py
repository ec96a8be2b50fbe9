"""The caller's request: arguments of a run, beside the pipeline file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ci.decide.config.model import PLATFORMS
from ci.errors import ConfigError
from ci.intool.common import semver
from ci.intool.policy import POLICIES

MODES = ("off", "read", "write")
"""What a run does with results in the registry; ``read`` is for untrusted runs, such as those of a fork."""

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What the caller requests; each value wins over that of the pipeline file or the app.

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
        policy: what stops a release: ``report``, ``standard`` or ``strict``; empty for the pipeline file's.
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
    policy: str = ""
    now: datetime = EPOCH

    def __post_init__(self) -> None:
        tagged = tag_version(self.ref)
        if self.version and tagged and self.version != tagged:
            object.__setattr__(self, "ref", f"refs/tags/v{self.version}")
        object.__setattr__(self, "version", self.version or tagged)
        if self.revision and not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", self.revision):
            raise ConfigError.of("arguments.revision", given=self.revision)
        if self.created and not _is_time(self.created):
            raise ConfigError.of("arguments.created", given=self.created)
        if self.npm_registry and not re.fullmatch(r"https?://[^@\s]+", self.npm_registry):
            raise ConfigError.of("arguments.npm-registry")
        if self.ref and not re.fullmatch(r"refs/(heads|tags|pull)/\S+", self.ref):
            raise ConfigError.of("arguments.git-ref", given=self.ref)
        self._refuse_names()
        if self.cache not in MODES:
            raise ConfigError.of("arguments.cache", given=self.cache, known=MODES)
        if self.policy and self.policy not in POLICIES:
            raise ConfigError.of("arguments.policy", given=self.policy, known=POLICIES)
        for platform in self.platforms:
            if platform not in PLATFORMS:
                raise ConfigError.of("arguments.platform", given=platform, known=PLATFORMS)

    def _refuse_names(self) -> None:
        if self.event == "pull_request_target" and self.ref.startswith("refs/heads/"):
            raise ConfigError.of("arguments.target-branch", ref=self.ref)
        for argument, name in (("--base-ref", self.base_ref), ("--default-branch", self.default_branch)):
            if name and not re.fullmatch(r"(?!refs/(?!heads/))[^\s~^:?*\[\\]+", name):
                raise ConfigError.of("arguments.branch", argument=argument, given=name)
        if self.environment and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_. /-]*", self.environment):
            raise ConfigError.of("arguments.environment", given=self.environment)


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

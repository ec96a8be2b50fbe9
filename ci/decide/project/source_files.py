"""Content of the source that detection reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SourceFiles:
    """Content of the source, as far as detection needs it.

    Attributes:
        entries: names in the source's root directory.
        files: content by path relative to the root: every package.json that is not below node_modules, the
            other files of the package managers (``ci.decide.ecosystems.files``), ``.nvmrc``, ``.node-version``,
            ``turbo.json``, ``next.config.*``, example files of variables; not all are there.
        paths: paths of files whose place matters: everything below ``app``, ``pages``, ``src/app``,
            ``src/pages`` of any directory.
        imports: import statements of ``next/font/google`` and of ``next/image``: path to the text.
        env_reads: path to the lines that mention ``process.env``.
        empty_submodules: directories that ``.gitmodules`` names and that have no files, sorted.
        pointers: files that are pointers of git-LFS, sorted.
        validators: path to the text of programs that check variables: t3-env, zod, envalid and others.
    """

    entries: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    paths: Sequence[str] = ()
    imports: Mapping[str, str] = field(default_factory=dict)
    env_reads: Mapping[str, str] = field(default_factory=dict)
    empty_submodules: Sequence[str] = ()
    pointers: Sequence[str] = ()
    validators: Mapping[str, str] = field(default_factory=dict)

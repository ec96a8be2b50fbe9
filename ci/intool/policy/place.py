"""Where a finding is.

``str()`` of a place is its text form: it is printed, and the ``where`` of a waiver is a glob of it. Its ``subject`` is
what stays the same from one release to the next: the file without the line, the package without the version.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file of the app's source; its text form is ``FILE:LINE``, or ``FILE``.

    Attributes:
        file: path below the source.
        line: from 1; 0 if it is about the whole file.
    """

    kind: ClassVar[str] = "source"
    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def subject(self) -> str:
        """The file."""
        return self.file


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package, of the operating system or of a language; its text form is ``NAME@VERSION``, or ``NAME``.

    Attributes:
        name: of it.
        version: of it; empty if that is not known.
        paths: where it is installed; empty if that is not known.
        system: whether it is of the operating system, and so of the base image.
    """

    kind: ClassVar[str] = "package"
    name: str
    version: str = ""
    paths: tuple[str, ...] = ()
    system: bool = False

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name

    @property
    def subject(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, kw_only=True)
class ImagePath:
    """A file or directory of the image; its text form is ``PATH``.

    Attributes:
        path: in the image, without leading slash.
        layer: digest of the uncompressed layer that has it; empty if it is about the whole image.
    """

    kind: ClassVar[str] = "image-path"
    path: str
    layer: str = ""

    def __str__(self) -> str:
        return self.path

    @property
    def subject(self) -> str:
        """The path."""
        return self.path


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A value that is set: in the image's configuration, in the plan, in the pipeline file; its text form is ``KEY``.

    Attributes:
        key: such as ``config.User``, ``waivers[2]``, or the name of a variable.
    """

    kind: ClassVar[str] = "setting"
    key: str

    def __str__(self) -> str:
        return self.key

    @property
    def subject(self) -> str:
        """The key."""
        return self.key


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario in which the image was started; its text form is ``NAME: URL``, or ``NAME``.

    Attributes:
        name: of the scenario in the pipeline file.
        url: path that was requested; empty if it is about the start.
    """

    kind: ClassVar[str] = "scenario"
    name: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.url}" if self.url else self.name

    @property
    def subject(self) -> str:
        """The scenario and what was requested."""
        return str(self)


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """Something that a run uses or makes, or a part of it; its text form is ``NAME: PATH``, or ``NAME``.

    Attributes:
        name: reference of a base image, ``PLATFORM: FORMAT`` of an SBOM, ``image: layer 0 of linux/amd64``, …
        path: in it; empty for the whole.
    """

    kind: ClassVar[str] = "artifact"
    name: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.path}" if self.path else self.name

    @property
    def subject(self) -> str:
        """The part of it."""
        return str(self)


Place = Source | Package | ImagePath | Setting | Scenario | Artifact

"""What the readers raise; ``read`` adds the file's name."""

AGAIN = "run the package manager's install, and commit the lockfile"


class GarbageError(ValueError):
    """A lockfile that cannot be read.

    Args:
        what: what is wrong.
        fix: the next step.
    """

    def __init__(self, what: str, fix: str = AGAIN) -> None:
        super().__init__(what)
        self.fix = fix

"""What a person is told when the set-up of the machine cannot go on."""


class OfflineError(Exception):
    """A failure with a next step.

    Args:
        what: what happened, and where, in one sentence.
        fix: what the reader does next.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what}\n  fix: {fix}")
        self.what = what
        self.fix = fix

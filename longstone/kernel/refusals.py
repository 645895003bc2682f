"""What goes wrong in a way that an officer can mend: every refusal is a sentence."""


class Refusal(Exception):
    """Something was not done, and the sentence says why and what to do."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPermitted(Refusal):
    """A rule said no."""


class IllegalMove(Refusal):
    """The thing cannot go from where it is to where it was asked to go."""


class Stale(Refusal):
    """Somebody changed the row since the officer opened the page."""


class AlreadyDone(Refusal):
    """The same form was sent before; its result stands."""

    def __init__(self, result: object) -> None:
        super().__init__("That was already done. It has not been done twice.")
        self.result = result


class NotVisible(Refusal):
    """No such thing, or nothing that this actor may know of."""

    def __init__(self) -> None:
        super().__init__("There is no such record, or you may not see it.")


class Unscoped(AssertionError):
    """A page or a query asked for rows without saying for whom."""

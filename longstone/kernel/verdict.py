"""May this happen? Yes, or no with the sentence that an officer reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """A yes or a no; a no carries its reason, and what to do about it."""

    refusal: str = ""

    def __bool__(self) -> bool:
        return not self.refusal


YES = Verdict()


def no(sentence: str) -> Verdict:
    """Refuse, in a sentence."""
    if not sentence.strip():
        raise ValueError("A refusal needs a sentence.")
    return Verdict(refusal=sentence)


def first_no(*verdicts: Verdict) -> Verdict:
    """Give the first refusal, or yes."""
    return next((verdict for verdict in verdicts if not verdict), YES)

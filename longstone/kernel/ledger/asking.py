"""How are those outside asked? One request with a time limit and a limited answer; silence is a refusal in a sentence."""

from __future__ import annotations

import urllib.error
import urllib.request

from longstone.kernel.refusals import Refusal

PATIENCE = 10.0  # seconds
LONGEST = 1 << 17


class NoAnswer(Refusal):
    """Somebody outside did not answer, or not with what was asked for; the sentence says what."""


def answer(request: urllib.request.Request) -> tuple[int, bytes]:
    """Ask, and give the status and the answer, whatever they are. Raises NoAnswer when there is none."""
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as told:  # noqa: S310 - http(s) only, by the settings
            return told.status, told.read(LONGEST)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read(LONGEST)
    except (OSError, ValueError) as fault:
        raise NoAnswer(f"There is no answer: {getattr(fault, 'reason', None) or fault}") from fault

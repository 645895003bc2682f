"""Are refusals sentences, and are events named alike?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.shape import House, shape

SENTENCE = re.compile(r"[A-Z0-9{].*([.?!…]|\{\})", re.DOTALL)  # a value may end it
EVENT = re.compile(r"[a-z_]+\.[a-z_]+", re.ASCII)
REFUSERS = {"no", "NotPermitted", "Refusal", "IllegalMove", "Stale"}


def said(node: ast.AST) -> str | None:
    """Give a literal sentence, with a stroke where a value will stand."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def refusals(call: ast.Call, word: str) -> Iterator[str]:
    """Give the sentences that a call refuses with."""
    told = [*call.args[:1]] if word in REFUSERS else []
    told += [key.value for key in call.keywords if key.arg == "violation_error_message"]
    yield from (text for node in told if (text := said(node)) is not None)


@shape
def refusals_are_sentences(house: House) -> Iterator[str]:
    """What an officer is told begins with a capital and ends with a stop."""
    for one in house.of("longstone"):
        for call, word in one.calls():
            for text in refusals(call, word):
                if not SENTENCE.fullmatch(text):
                    yield one.at(call, f"{text!r} is no sentence. Say what is wrong and what to do.")


@shape
def events_are_a_noun_and_a_participle(house: House) -> Iterator[str]:
    """The ledger says `exhibit.seized`."""
    for one in house.of("longstone"):
        for call, word in one.calls():
            text = said(call.args[0]) if word in {"record", "_record"} and call.args else None
            if text is not None and not EVENT.fullmatch(text.replace("{}", "x")):
                yield one.at(call, f"{text!r} is no event. Say noun.participle.")

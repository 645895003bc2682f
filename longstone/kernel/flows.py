"""What may follow what? A machine is a table of moves; rooms keep theirs in rules.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from longstone.kernel.verdict import YES, Verdict, no

START = "*"


@dataclass(frozen=True)
class Flow:
    """A state machine: its name, its states with a word for officers, and its legal moves."""

    name: str
    words: Mapping[str, str]
    moves: Mapping[str, frozenset[str]]

    def pairs(self) -> list[tuple[str, str]]:
        """List the legal moves, in order."""
        return sorted((was, now) for was, following in self.moves.items() for now in following)

    def ends(self) -> frozenset[str]:
        """Name the states that nothing follows."""
        return frozenset(state for state in self.words if not self.moves.get(state))

    def may_move(self, *, was: str, now: str) -> Verdict:
        """Say whether one state may follow another."""
        if now in self.moves.get(was, frozenset()):
            return YES
        return no(f"What is {self.words.get(was, was)} cannot become {self.words.get(now, now)}.")


def flow(name: str, words: Mapping[str, str], moves: Mapping[str, set[str]]) -> Flow:
    """Make a machine, and refuse one that names a state it does not describe."""
    named = {state for was, following in moves.items() for state in {was, *following}} - {START}
    if unknown := named ^ set(words):
        raise ValueError(f"{name}: these states are named only once: {', '.join(sorted(unknown))}.")
    return Flow(name, dict(words), {was: frozenset(following) for was, following in moves.items()})

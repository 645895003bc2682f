"""Which states has a thing, and what may follow what? Drawn from each room's rules."""

from __future__ import annotations

from collections.abc import Iterator

from docs.writers import modules, table
from longstone.kernel.flows import START, Flow

TITLE = "States"


def lines() -> Iterator[str]:
    """Draw each machine, and list its moves."""
    yield "A thing changes its state only by these moves. PostgreSQL refuses every other."
    yield ""
    for room, flow in machines():
        yield f"## {flow.name.capitalize()} ({room})"
        yield ""
        yield from drawing(flow)
        yield from table(["from", "to"], [(_word(flow, was), _word(flow, now)) for was, now in flow.pairs()])


def machines() -> list[tuple[str, Flow]]:
    """Find the machines in the rooms' rules."""
    found = [(room, one) for room, rules in modules("rules") for one in vars(rules).values() if isinstance(one, Flow)]
    return sorted(found, key=lambda told: (told[0], told[1].name))


def drawing(flow: Flow) -> Iterator[str]:
    """Draw one machine for Mermaid."""
    yield from ("```mermaid", "stateDiagram-v2")
    yield from (f'    state "{word}" as {state}' for state, word in flow.words.items())
    yield from (f"    {_point(was)} --> {_point(now)}" for was, now in flow.pairs())
    yield from (f"    {state} --> [*]" for state in sorted(flow.ends()))
    yield from ("```", "")


def _point(state: str) -> str:
    return "[*]" if state == START else state


def _word(flow: Flow, state: str) -> str:
    return "(new)" if state == START else flow.words[state]

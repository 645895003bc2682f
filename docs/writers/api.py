"""What may a program do, and what is kept for people? Drawn from the commands, as the API itself is."""

from __future__ import annotations

from collections.abc import Iterator

from docs.writers import table
from longstone.kernel.api import acts, rooms_lists, told_why_not
from longstone.site.api import api as mounted

TITLE = "The API"


def lines() -> Iterator[str]:
    """List the acts with what they are told, the lists, and what no program does with the reason."""
    yield f"OpenAPI 3.1 at `/api/v1/openapi.json`, made from the commands' signatures: {len(mounted.get_openapi_schema(path_prefix='/api/v1/')['paths'])} paths. `docs/how-to/systems.md` says how a system comes in."
    yield from ("", "## Acts", "", "`POST /api/v1/acts/` and the name, with an `Idempotency-Key`.", "")
    yield from table(
        ["act", "what it is for", "told"], [[f"`{n}`", one.summary, _told(one)] for n, one in acts().items()]
    )
    yield from ("## Lists", "", "`GET /api/v1/lists/` and the name, and with an id for one row.", "")
    yield from table(
        ["list", "of", "each row tells"], [[f"`{one.name}`", one.title, _words(one.row)] for one in rooms_lists()]
    )
    yield from ("## What no program does", "")
    yield from table(["command", "because"], sorted([f"`{name}`", why] for name, why in told_why_not().items()))


def _told(act: object) -> str:
    schema = act.body.model_json_schema()  # type: ignore[attr-defined]  # an act
    needed = set(schema.get("required", []))
    return ", ".join(f"`{word}`" if word in needed else f"`{word}`?" for word in schema["properties"])


def _words(row: object) -> str:
    return ", ".join(f"`{word}`" for word in row.model_fields)  # type: ignore[attr-defined]  # a model

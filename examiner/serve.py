"""How does the house ask about a catalogue without opening it itself?

One JSON object a line on stdin, one a line on stdout, in the same order. A bad question is answered with a sentence
and the server goes on. `docs/catalogue.md` lists the questions.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from examiner.query import WITHOUT_MOST, Catalogues, Question
from examiner.refusals import Refused

LINE_LONGEST = 32 << 20
SEARCH_LONGEST = 1000
FILTERS_MOST = 20
INT64 = 1 << 63
KEYS = {
    "id",
    "ask",
    "catalogue",
    "table",
    "after",
    "before",
    "only",
    "limit",
    "search",
    "without",
    "where",
    "row",
    "field",
}
MEMORY_BYTES = 3 << 30

Answer = dict[str, Any]


def serve(*, root: Path, questions: BinaryIO, answers: BinaryIO) -> int:
    """Answer until the questions end. Raises Refused if the folder does not exist."""
    if not root.is_dir():
        raise Refused(f"{root} is not a folder. Give the folder that holds the catalogues.")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    catalogues = Catalogues(root)
    while line := questions.readline(LINE_LONGEST + 1):
        answer = answered(catalogues, line)
        answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        answers.flush()
        if not line.endswith(b"\n") and len(line) > LINE_LONGEST:
            return 1  # the rest of an endless line is not a question
    return 0


def answered(catalogues: Catalogues, line: bytes) -> Answer:
    """Answer one line; whatever is wrong with it becomes a sentence."""
    asked: Any = None
    try:
        asked = json.loads(line)
        return {"id": _id(asked), **_act(catalogues, asked)(question(asked))}
    except Refused as said:
        return {"id": _id(asked), "error": str(said)}
    except (ValueError, RecursionError):
        return {"id": _id(asked), "error": "This line is not JSON. Send one JSON object a line, in UTF-8."}
    except MemoryError:
        return {"id": _id(asked), "error": "This question needs more memory than the server may have. Ask for less."}


def _id(asked: Any) -> Any:
    found = asked.get("id") if isinstance(asked, dict) else None
    return found if isinstance(found, (int, str)) else None


def _act(catalogues: Catalogues, asked: object) -> Callable[[Question], Answer]:
    if not isinstance(asked, dict):
        raise Refused("A question is one JSON object a line.")
    name = asked.get("ask")
    acts = {
        "page": catalogues.page, "count": catalogues.count, "row": catalogues.one, "shares": catalogues.shares,
        "manifest": catalogues.manifest,
    }  # fmt: skip
    if not isinstance(name, str) or name not in acts:
        raise Refused(f"Ask for one of {', '.join(acts)}.")
    return acts[name]


def question(asked: Answer) -> Question:
    """Read a question strictly. Raises Refused for a misspelt key or a value of the wrong kind."""
    if unknown := set(asked) - KEYS:
        raise Refused(f"A question has no key {sorted(unknown)[0]!r}.")
    return Question(
        catalogue=_text(asked, "catalogue", ""),
        table=_text(asked, "table", "files"),
        after=_number(asked, "after", -1),
        limit=_number(asked, "limit", 50),
        search=_text(asked, "search", ""),
        without=_rows(asked, "without") or (),
        where=_filters(asked),
        row=_number(asked, "row", -1),
        before=_number(asked, "before", -1),
        only=_rows(asked, "only"),
        field=_text(asked, "field", ""),
    )


def _text(asked: Answer, key: str, absent: str) -> str:
    value = asked.get(key, absent)
    if not isinstance(value, str) or len(value) > SEARCH_LONGEST or "\0" in value:
        raise Refused(f"{key} must be text of at most {SEARCH_LONGEST} letters.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused(f"{key} holds half a letter (a lone surrogate). Send whole Unicode letters.") from None
    return value


def _number(asked: Answer, key: str, absent: int) -> int:
    value = asked.get(key, absent)
    if not isinstance(value, int) or isinstance(value, bool) or not -INT64 <= value < INT64:
        raise Refused(f"{key} must be a whole number.")
    return value


def _rows(asked: Answer, key: str) -> tuple[int, ...] | None:
    value = asked.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > WITHOUT_MOST:
        raise Refused(f"{key} must be a list of at most {WITHOUT_MOST} row numbers.")
    return tuple(_number({key: row}, key, -1) for row in value)


def _filters(asked: Answer) -> dict[str, Any]:
    value = asked.get("where", {})
    if not isinstance(value, dict) or len(value) > FILTERS_MOST:
        raise Refused(f"where must be an object of at most {FILTERS_MOST} columns and their values.")
    return {name: _filter(name, wanted) for name, wanted in value.items()}


def _filter(name: str, wanted: object) -> object:
    if isinstance(wanted, str):
        return _text({name: wanted}, name, "")
    if wanted is None or isinstance(wanted, bool):
        return wanted
    return _number({name: wanted}, name, -1)

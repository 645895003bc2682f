"""What does the machine say of itself? One JSON line an event, without a person's data (D28).

What others' code says may hold a name, a search or a row: of their messages numbers are printed, and texts are not. Of a fault the
place and kind are printed, and not its message. A request is its method, the pattern of its address, and how it ended.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

OURS = "longstone"
HIDDEN = "…"


class AsJson(logging.Formatter):
    """Write a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "from": record.name,
            "said": said(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["fault"] = fault(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


def said(record: logging.LogRecord) -> str:
    """Give what was said: our own lines whole, a request by its pattern, others' lines without the texts they put in."""
    if request := getattr(record, "request", None):
        return f"{request.method} {pattern(request)} {getattr(record, 'status_code', '')}".strip()
    if record.name.split(".")[0] == OURS:
        return record.getMessage()
    try:
        return str(record.msg) % _numbers(record.args) if record.args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _numbers(args: Any) -> Any:
    if isinstance(args, Mapping):
        return {name: _number(value) for name, value in args.items()}
    return tuple(_number(value) for value in args)


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) else HIDDEN


def pattern(request: Any) -> str:
    """Give the pattern of a request's address, in which no number and no word of an officer's stands."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "an address that is not here"


def fault(error: BaseException) -> list[str]:
    """Say where a fault arose and of which kind it is; its message may hold a row's values, and stays unsaid."""
    kinds: list[str] = []
    one: BaseException | None = error
    while one is not None and len(kinds) < 5:  # noqa: PLR2004 - what it arose from, and no endless circle
        kinds.append(_kind(one))
        one = one.__cause__ or one.__context__
    return [*kinds, *_places(error.__traceback__)]


def _kind(error: BaseException) -> str:
    diagnosis = getattr(error, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    return f"{type(error).__name__}{f' ({constraint})' if constraint else ''}"


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]

"""What form must a record of the bundle have? Canonical JSON, of just these fields. (docs/bundle.md)"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

FORMAT = re.compile(r"longstone-bundle/2")
DIGEST = re.compile(r"[0-9a-f]{64}")
CRC = re.compile(r"[0-9a-f]{8}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}\.[0-9]{6}Z")
MORE = "..."  # a form with this field lets a record say more

WHO = {"id": (int, str, None), "name": str}
ENTRY = {
    "at": MOMENT,
    "by": WHO,
    "controller": str,
    "event": str,
    "facts": {MORE: None},
    "id": UUID,
    "on": {"id": str, "kind": str, "label": str},
    "past": bool,
    "recorded_at": MOMENT,
}
LINE = {"entry": str, "index": int, "proof": [str], "salt": DIGEST}
ERASED = {"commitment": DIGEST, "id": UUID, "index": int, "proof": [str]}
CUSTODY = {
    "seq": int,
    "from": str,
    "to": str,
    "holder": (WHO, None),
    "offered_to": (WHO, None),
    "place": (str, None),
    "seal": (str, None),
    "reason": (str, None),
    MORE: None,
}
FACTS: dict[str, Any] = {
    "copy.received": {"sha256": DIGEST, "size": int, "name": str, MORE: None},
    "examination.finished": {"copy": DIGEST, "catalogue": DIGEST, "files": int, "problems": int, MORE: None},
    "bundle.made": {"payload": DIGEST, "entries": [UUID], "custody": int, MORE: None},
}
HEADER = {
    "format": FORMAT,
    "bag": str,
    "origin": str,
    "made_at": MOMENT,
    "made_by": (WHO, None),
    "exhibit": {"id": str, "label": str, "description": str, "case": str, MORE: None},
    "copies": [
        {"sha256": DIGEST, "crc32": (CRC, None), "size": int, "name": str, "included": bool, "path": (str, None)}
    ],
    "catalogues": [{"digest": DIGEST, "copy": DIGEST, "files": int, "problems": int}],
}


class Failed(ValueError):
    """Something in the bundle is not as it must be; the sentence names it."""


class CannotCheck(ValueError):
    """The check could not be made; the sentence says what is missing."""


def _refuse(told: str) -> NoReturn:
    raise ValueError(told)


def canonical(raw: bytes, what: str) -> Any:
    """Read canonical JSON: UTF-8, sorted keys, no spaces, no floats, no key twice (docs/bundle.md).

    Raises Failed, naming `what`, for any other spelling, since what is read is written again and must be the same.
    """
    try:
        told = raw.decode("utf-8")
        value = json.loads(told, parse_float=_refuse, parse_constant=_refuse)
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise Failed(f"{what} is not canonical JSON.") from error
    if again != told:
        raise Failed(f"{what} is not in its canonical form.")
    return value


def record(raw: bytes, form: Any, what: str) -> dict[str, Any]:
    """Read one record of a form. Raises Failed, naming `what` and the first field that does not fit."""
    value = canonical(raw, what)
    fit(value, form, what)
    return dict(value)


def fit(value: Any, form: Any, what: str) -> None:
    """Check that a value has a form (a type, a pattern, None, a choice, a list of one form, a dict). Raises Failed."""
    if where := _misfit(value, form, ""):
        raise Failed(f"{what} does not have the form that it must have, at {where.lstrip('.') or 'its beginning'}.")


def _misfit(value: Any, form: Any, at: str) -> str:
    """Name the first place that does not fit: "." for the whole, nothing if all fits."""
    if isinstance(form, tuple):
        return "" if any(not _misfit(value, one, at) for one in form) else at or "."
    if isinstance(form, dict) and isinstance(value, dict):
        return _misfit_within(value, form, at)
    if isinstance(form, list) and isinstance(value, list):
        return next((bad for n, one in enumerate(value) if (bad := _misfit(one, form[0], f"{at}[{n}]"))), "")
    return "" if _is(value, form) else at or "."


def _misfit_within(value: dict[str, Any], form: dict[str, Any], at: str) -> str:
    wanted = set(form) - {MORE}
    if not wanted <= set(value) or (MORE not in form and set(value) != wanted):
        return at or "."
    return next((bad for name in sorted(wanted) if (bad := _misfit(value[name], form[name], f"{at}.{name}"))), "")


def _is(value: Any, form: Any) -> bool:
    if isinstance(form, re.Pattern):
        return type(value) is str and form.fullmatch(value) is not None
    return value is None if form is None else type(value) is form

"""What does somebody show beside their password? Authenticator apps, passkeys, security keys and recovery codes, kept by allauth.

The secret of an app and the seed of recovery codes lie sealed in their row (D16): they open for that row alone. allauth asks its adapter
to open one without saying of which row it is, so whoever lets it look says so first, with `opening`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from longstone.kernel import keys
from longstone.kernel.refusals import NotVisible
from longstone.people.models import Staff

KEY = "sealed"
APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
WORDS = {APP: "Authenticator app", PASSKEY: "Security key", CODES: "Recovery codes"}
SECRETS = {APP: "secret", CODES: "seed"}
_opening: ContextVar[str] = ContextVar("opening", default="")


def row_name(factor: Authenticator) -> str:
    """Name the row that a secret belongs to."""
    return f"authenticator {factor.pk}"


def seal(text: str, *, row: str) -> str:
    """Seal a secret for a row, as a text."""
    return base64.b64encode(keys.seal(KEY, text, row=row)).decode()


def unseal(sealed: str, *, row: str = "") -> str:
    """Open what was sealed for a row: the one named, or the one that is being looked at."""
    name = row or _opening.get()
    if not name:
        raise keys.KeyFault("Nobody said whose secret this is, so it stays shut.")
    try:
        raw = base64.b64decode(sealed, validate=True)
    except ValueError as error:
        raise keys.KeyFault("This was not sealed by the house.") from error
    return keys.unseal(KEY, raw, row=name).reveal()


@contextmanager
def opening(factor: Authenticator) -> Iterator[Any]:
    """Let allauth look into one row's secret, and no other's."""
    token = _opening.set(row_name(factor))
    try:
        yield factor.wrap()
    finally:
        _opening.reset(token)


@dataclass(frozen=True)
class Factor:
    """A second factor as its holder reads it."""

    pk: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


def rows(staff: Staff) -> list[Authenticator]:
    """Give somebody's factors, the recovery codes last: they stand in for the others."""
    found = Authenticator.objects.filter(user=staff).order_by("created_at", "pk")
    return sorted(found, key=lambda one: one.type == CODES)


def of(staff: Staff) -> list[Factor]:
    """List what somebody can show beside their password; recovery codes only stand in for it."""
    return [told(one) for one in rows(staff) if one.type != CODES]


def one(staff: Staff, pk: int) -> Factor:
    """Give one factor of somebody's own, or nothing is there."""
    found = next((factor for factor in of(staff) if factor.pk == pk), None)
    if found is None:
        raise NotVisible
    return found


def told(factor: Authenticator) -> Factor:
    """Tell of one factor, without its secret."""
    name = str(factor.data.get("name", "")) or WORDS[factor.type]
    kind = "Passkey" if factor.type == PASSKEY and factor.wrap().is_passwordless else WORDS[factor.type]
    return Factor(factor.pk, kind, name, factor.created_at, factor.last_used_at)


def codes_left(staff: Staff) -> int | None:
    """Count the recovery codes that are not used yet; None if there are none at all."""
    found = Authenticator.objects.filter(user=staff, type=CODES).first()
    return None if found is None else len(unused_codes(found))


def unused_codes(factor: Authenticator) -> list[str]:
    """Give the recovery codes that are not used yet; only an act shows them."""
    with opening(factor) as codes:
        return list(codes.get_unused_codes())


def opened_by(staff: Staff, code: str) -> Authenticator | None:
    """Say which factor of somebody a typed code fits, and use it up: no code opens twice, at two desks of one moment either."""
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().filter(user=staff).exclude(type=PASSKEY).order_by("pk")
        return next((one for one in held if _is_opened(one, code)), None)


def _is_opened(factor: Authenticator, code: str) -> bool:
    if factor.type == APP:
        return _takes_step(factor, code)
    with opening(factor) as codes:
        fits = bool(codes.validate_code(code))
    factor.refresh_from_db()
    return fits


def _takes_step(factor: Authenticator, code: str) -> bool:
    """Use up a code of an app with the step of its clock: that step and all before it open nothing any more (RFC 6238, 5.2)."""
    secret, last = unseal(factor.data["secret"], row=row_name(factor)), factor.data.get("last_step", -1)
    steps = [step for step in yield_hotp_counters_from_time() if step > last]
    fitting = [step for step in steps if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))]  # fmt: skip
    if fitting:
        factor.data["last_step"] = fitting[0]
        factor.save(update_fields=["data"])
    return bool(fitting)


def signs_on(factor: Authenticator, count: int) -> bool:
    """Keep how often a key says that it has signed; false where that is no more than before, as a copy of it would say (WebAuthn, 7.2).

    Many passkeys do not count: they say nought, and nothing can be told of them.
    """
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=factor.pk)
        last = held.data["signed"] if "signed" in held.data else held.wrap().authenticator_data.counter
        if count and last and count <= last:
            return False
        held.data["signed"] = max(count, last)
        held.save(update_fields=["data"])
        return True

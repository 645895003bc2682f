"""An authenticator app of a test's own: what it shows for a secret, now or a step from now."""

from __future__ import annotations

import base64
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

SECRET = base64.b32encode(b"a lamp on a rock at.").decode()
STEP = 30


def code_of(secret: str, steps: int = 0) -> str:
    """Give the code that an app shows, so many steps from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP + steps))

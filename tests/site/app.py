"""An authenticator app of a test's own: what it shows for a secret, now or a step from now."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = 30


def code_of(secret: str, steps: int = 0) -> str:
    """Give the code that an app shows, so many steps from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP + steps))

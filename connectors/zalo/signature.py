"""The signature of a webhook call: plain SHA-256 over app id, raw body, the body's timestamp and the OA Secret Key.

Source: Zalo OA reference of 2026-11-22, §1.3. The key is that of the app's Webhook page, not the App Secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re

HEADER = "X-ZEvent-Signature"
PREFIX = "mac="
DIGEST = re.compile(r"[0-9a-f]{64}")


def mac(app_id: str, raw: bytes, timestamp: str, secret: str) -> str:
    """The 64 hex digits for a body as it came; a body written anew has another signature.

    Args:
        app_id: of the account's settings, never of the body.
        timestamp: of the body, verbatim.
        secret: the OA Secret Key.
    """
    # A body may say anything for its timestamp, even what is no character.
    head, tail = app_id.encode(), (timestamp + secret).encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + raw + tail).hexdigest()


def matches(header: str | None, app_id: str, raw: bytes, timestamp: str, secret: str) -> bool:
    """Whether the header is the signature, with or without `mac=`; in constant time, and False for any junk."""
    given = (header or "").removeprefix(PREFIX)
    # Without a secret everybody could sign.
    if not secret or not DIGEST.fullmatch(given):
        return False
    return hmac.compare_digest(given, mac(app_id, raw, timestamp, secret))

"""The signature of a webhook (签名): who knows the secret can tell that we sent it, and when."""

import hashlib
import hmac

HEADER = "X-Minhu-Signature"
TOLERANCE_SECONDS = 300


def signature(secret: str, at: int, body: bytes) -> str:
    """`t=…,v1=…`: HMAC-SHA256 in hexadecimal over the Unix time, a dot and the body as sent."""
    return f"t={at},v1={_digest(secret, at, body)}"


def is_genuine(header: str, secret: str, body: bytes, now: int) -> bool:
    """What a receiver checks: the signature fits, and is not older than five minutes."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    try:
        at = int(parts["t"])
    except (KeyError, ValueError):
        return False
    fits = hmac.compare_digest(parts.get("v1", "").encode(), _digest(secret, at, body).encode())
    return fits and abs(now - at) <= TOLERANCE_SECONDS


def _digest(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()

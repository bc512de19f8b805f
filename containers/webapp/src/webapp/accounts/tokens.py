"""Random tokens for browsers; the warehouse keeps their hashes alone."""

import hashlib
import secrets

_BYTES = 32


def new() -> str:
    """A token that nobody can guess, 43 characters of the URL-safe alphabet."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """What is kept of a token or of an address: SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()

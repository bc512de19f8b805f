"""Random tokens for browsers, kept as hashes."""

import hashlib
import secrets

_BYTES = 32


def new() -> str:
    """A token that nobody can guess, 43 characters of the URL-safe alphabet."""
    return secrets.token_urlsafe(_BYTES)


def hashed(token: str) -> str:
    """SHA-256 of a token or an address, in hex: the form in which they are kept."""
    return hashlib.sha256(token.encode()).hexdigest()

"""Passwords: argon2id hashes, verified in a time that reveals nothing of accounts."""

import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 200

#: Accounts that may share an e-mail address, which nobody has proved to be theirs.
ACCOUNTS_PER_ADDRESS = 3

# The OWASP Password Storage Cheat Sheet's first choice for argon2id: 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
#: Verified in place of an account that does not exist.
_NOBODYS_HASH = _HASHER.hash("nobody has this password")


def normal(password: str) -> str:
    """The form of a password that is hashed: composed letters, and one kind of blank.

    Systems compose letters (NFC) or take them apart (NFD), keyboards type blanks of several kinds.
    https://www.rfc-editor.org/rfc/rfc8265#section-4.2 (OpaqueString)
    """
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in password)
    return unicodedata.normalize("NFC", spaced)


def hashed(password: str) -> str:
    """The argon2id hash of `password`, with its parameters and a random salt."""
    return _HASHER.hash(normal(password))


def matching(password: str, hashes: Sequence[str]) -> int | None:
    """Index of the first hash of `password`, or None.

    Always verifies `ACCOUNTS_PER_ADDRESS` hashes, in each form that the password has: the time it
    takes does not tell how many exist.
    """
    forms = _forms(password)
    padded = [*hashes, *[_NOBODYS_HASH] * (ACCOUNTS_PER_ADDRESS - len(hashes))]
    matches = [[_verifies(form, candidate) for form in forms] for candidate in padded]
    return next((index for index in range(len(hashes)) if any(matches[index])), None)


def needs_rehash(password: str, password_hash: str) -> bool:
    """True for a hash with old parameters, or of another form of the password."""
    is_old = _HASHER.check_needs_rehash(password_hash)
    return is_old or not _verifies(_forms(password)[0], password_hash)


def _forms(password: str) -> list[str]:
    """The normal form, and those that were hashed as they were typed: one for a plain password."""
    composed = unicodedata.normalize("NFC", password)
    forms = [normal(password), password, composed, unicodedata.normalize("NFD", password)]
    return list(dict.fromkeys(form[:MAXIMUM_LENGTH] for form in forms))


def _verifies(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False

"""Passwords: argon2id hashes, verified in a time that reveals nothing of accounts."""

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


def hashed(password: str) -> str:
    """The argon2id hash of `password`, with its parameters and a random salt."""
    return _HASHER.hash(password)


def matching(password: str, hashes: Sequence[str]) -> int | None:
    """Index of the first hash of `password`, or None.

    Always verifies `ACCOUNTS_PER_ADDRESS` hashes: the time it takes does not tell how many exist.
    """
    padded = [*hashes, *[_NOBODYS_HASH] * (ACCOUNTS_PER_ADDRESS - len(hashes))]
    matches = [_verifies(password, candidate) for candidate in padded]
    return next((index for index in range(len(hashes)) if matches[index]), None)


def needs_rehash(password_hash: str) -> bool:
    """True for a hash with parameters that are out of date."""
    return _HASHER.check_needs_rehash(password_hash)


def _verifies(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False

"""E-mail addresses: one form for those that people type on any system."""

import unicodedata
from contextlib import suppress


def tidied(email: str) -> str:
    """The address as it is shown: in one form of Unicode, without blanks around and signs inside.

    Systems compose letters or take them apart, keyboards type wide letters, and copied text holds
    signs that nobody sees.
    """
    seen = "".join(sign for sign in email if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen).strip()


def key(email: str) -> str:
    """The form in which addresses are compared: without case, the domain as the DNS has it."""
    name, at, domain = _folded(tidied(email)).rpartition("@")
    with suppress(UnicodeError):  # what is no name of a domain stays as it is
        domain = domain.encode("idna").decode()
    return f"{name}{at}{domain}"


def keys(email: str) -> list[str]:
    """The key, and those under which accounts were kept before addresses were normalised."""
    earlier = [unicodedata.normalize(form, email.strip()) for form in ("NFC", "NFD")]
    return list(dict.fromkeys([key(email), *(address.casefold() for address in earlier)]))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())

"""Profile of a viewer, and the rules for its fields."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from webapp.accounts import addresses
from webapp.accounts.viewer import Viewer, age
from webapp.base.countries import is_country
from webapp.base.translation import LANGUAGES

NAME_MAXIMUM_LENGTH = 80
EMAIL_MAXIMUM_LENGTH = 254
#: Years of age that a viewer may have.
AGES = range(5, 121)

# One "@" between two parts without spaces, a dot in the second: the mistakes people make. Whether
# the address is right, only a message to it could tell.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class AccountError(Exception):
    """A field cannot be accepted; `reason` is the key of a sentence for the viewer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Name, address, country, birth date and language of a viewer."""

    name: str
    email: str
    country: str
    birth_date: date
    language: str

    def checked(self, today: date) -> "Profile":
        """A tidied copy.

        Raises:
            AccountError: A field cannot be accepted.
        """
        tidy = replace(self, name=_tidied(self.name), email=addresses.tidied(self.email))
        if not 0 < len(tidy.name) <= NAME_MAXIMUM_LENGTH:
            raise AccountError("account.name_needed")
        if len(tidy.email) > EMAIL_MAXIMUM_LENGTH or not _EMAIL.fullmatch(tidy.email):
            raise AccountError("account.email_needed")
        if not is_country(tidy.country) or tidy.language not in LANGUAGES:
            raise AccountError("account.country_needed")
        if age(tidy.birth_date, today) not in AGES:
            raise AccountError("account.birth_date_needed")
        return tidy

    def viewer(self, viewer_id: str) -> Viewer:
        """The viewer with this profile."""
        return Viewer(
            viewer_id=viewer_id,
            name=self.name,
            email=self.email,
            country=self.country,
            birth_date=self.birth_date,
            language=self.language,
        )


def _tidied(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())

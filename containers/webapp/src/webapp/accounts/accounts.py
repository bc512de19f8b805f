"""Accounts of viewers: sign up, sign in, change, delete.

An e-mail address is not proved to be its viewer's, so it is no proof of anything: accounts may
share one, and address and password together open one account. That is why no answer here tells
whether an account exists, and why nobody can take an address away from its owner.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from webapp.accounts import limits, passwords, queries, throttle, tokens
from webapp.accounts.viewer import Account, Viewer, age
from webapp.base.countries import is_country
from webapp.base.translation import LANGUAGES
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Preferences
from webapp.warehouse.session import Session
from webapp.warehouse.warehouse import Warehouse

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
        tidy = replace(self, name=" ".join(self.name.split()), email=self.email.strip())
        if not 0 < len(tidy.name) <= NAME_MAXIMUM_LENGTH:
            raise AccountError("account.name_needed")
        if len(tidy.email) > EMAIL_MAXIMUM_LENGTH or not _EMAIL.fullmatch(tidy.email):
            raise AccountError("account.email_needed")
        if not is_country(tidy.country) or tidy.language not in LANGUAGES:
            raise AccountError("account.country_needed")
        if age(tidy.birth_date, today) not in AGES:
            raise AccountError("account.birth_date_needed")
        return tidy


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A filled-in sign-up form."""

    #: Chosen when the form opens: a form that is sent twice makes one account.
    viewer_id: str
    profile: Profile
    password: str
    preferences: Preferences
    #: Stars by film id.
    ratings: dict[str, float]


def new_viewer_id() -> str:
    """A new id, unlike those of users of data sets."""
    return f"viewer-{tokens.new()[:22]}"


def sign_up(warehouse: Warehouse, form: SignUp, address: str, now: datetime) -> str:
    """Make an account; the id of its viewer, who is to be signed in.

    Who signs up with address and password of an account they have is signed in to that one.

    Raises:
        AccountError: A field cannot be accepted.
        TooManyAttemptsError: Too many sign-ups from or for this address.
    """
    profile = form.profile.checked(now.date())
    check_password(form.password)
    key = email_key(profile.email)
    # Before the password is looked at: or else a sign-up would be a guess that no limit counts.
    throttle.spend(
        warehouse, {limits.SIGN_UP_BY_ADDRESS: address, limits.SIGN_UP_BY_EMAIL: key}, now
    )
    found = queries.accounts_by_email(warehouse, key)
    match = passwords.matching(form.password, [account.password_hash for account in found])
    if match is not None:
        return found[match].viewer_id
    _check_room(found)
    password_hash = passwords.hashed(form.password)

    def add(session: Session) -> None:
        viewer = _viewer(form.viewer_id, profile)
        if queries.add_viewer(session, viewer, key, password_hash=password_hash, now=now):
            taste_queries.add_preferences(session, form.viewer_id, form.preferences)
            taste_queries.add_ratings(session, form.viewer_id, form.ratings, now)

    warehouse.transaction(add)
    return form.viewer_id


def sign_in(warehouse: Warehouse, email: str, password: str, *, address: str, now: datetime) -> str:
    """The id of the viewer with this e-mail address and password.

    Raises:
        AccountError: They are nobody's.
        TooManyAttemptsError: Too many attempts from or for this address.
    """
    key = email_key(email)
    throttle.spend(
        warehouse, {limits.SIGN_IN_BY_ADDRESS: address, limits.SIGN_IN_BY_EMAIL: key}, now
    )
    found = queries.accounts_by_email(warehouse, key)
    hashes = [account.password_hash for account in found]
    match = passwords.matching(password[: passwords.MAXIMUM_LENGTH], hashes)
    if match is None:
        raise AccountError("account.no_such_sign_in")
    viewer_id = found[match].viewer_id
    if passwords.needs_rehash(hashes[match]):
        queries.change_password(warehouse, viewer_id, passwords.hashed(password), now)
    return viewer_id


def change_profile(warehouse: Warehouse, viewer_id: str, profile: Profile, now: datetime) -> None:
    """Replace the viewer's profile; errors as in `sign_up`."""
    tidy = profile.checked(now.date())
    key = email_key(tidy.email)
    sharing = queries.accounts_by_email(warehouse, key)
    if viewer_id not in {account.viewer_id for account in sharing}:
        _check_room(sharing)
    queries.change_viewer(warehouse, _viewer(viewer_id, tidy), key, now)


def change_password(
    warehouse: Warehouse, viewer_id: str, *, old: str, new: str, now: datetime
) -> None:
    """Replace the password and sign every browser out.

    Raises:
        AccountError: The old password is wrong or the new one is too short.
    """
    _confirm(warehouse, viewer_id, old, now)
    check_password(new)
    password_hash = passwords.hashed(new)

    def change(session: Session) -> None:
        queries.change_password(session, viewer_id, password_hash, now)
        queries.remove_sessions_of(session, viewer_id)

    warehouse.transaction(change)


def delete(warehouse: Warehouse, viewer_id: str, password: str, now: datetime) -> None:
    """Remove the account and all data of the viewer.

    Raises:
        AccountError: The password is wrong.
    """
    _confirm(warehouse, viewer_id, password, now)

    def remove(session: Session) -> None:
        queries.remove_sessions_of(session, viewer_id)
        taste_queries.remove_taste(session, viewer_id)
        queries.remove_viewer(session, viewer_id)

    warehouse.transaction(remove)


def everything_about(warehouse: Warehouse, viewer: Viewer) -> dict[str, Any]:
    """All data of a viewer but the hash of the password."""
    preferences = taste_queries.preferences_of(warehouse, viewer.viewer_id)
    return {
        "viewer_id": viewer.viewer_id,
        "name": viewer.name,
        "email": viewer.email,
        "country": viewer.country,
        "birth_date": viewer.birth_date.isoformat(),
        "language": viewer.language,
        "favourite_genres": sorted(preferences.favourites),
        "never_shown_genres": sorted(preferences.never),
        "ratings": [
            {
                "film_id": rated.film_id,
                "title": rated.title,
                "year": rated.year,
                "stars": rated.stars,
                "rated_at": rated.rated_at.isoformat(),
            }
            for rated in taste_queries.ratings_of(warehouse, viewer.viewer_id)
        ],
        "not_interested": sorted(taste_queries.dismissed_by(warehouse, viewer.viewer_id)),
    }


def check_password(password: str) -> None:
    """Raise AccountError for a password that is too short or absurdly long."""
    if not passwords.MINIMUM_LENGTH <= len(password) <= passwords.MAXIMUM_LENGTH:
        raise AccountError("account.password_too_short")


def email_key(email: str) -> str:
    """The form in which e-mail addresses are compared."""
    return email.strip().casefold()


def _confirm(warehouse: Warehouse, viewer_id: str, password: str, now: datetime) -> None:
    throttle.spend(warehouse, {limits.SIGN_IN_BY_EMAIL: viewer_id}, now)
    kept = queries.password_hash_of(warehouse, viewer_id)
    if kept is None or passwords.matching(password[: passwords.MAXIMUM_LENGTH], [kept]) is None:
        raise AccountError("account.wrong_password")


def _check_room(sharing: list[Account]) -> None:
    # Said in the words of the limit on attempts, which says nothing of accounts.
    if len(sharing) >= passwords.ACCOUNTS_PER_ADDRESS:
        raise throttle.TooManyAttemptsError(limits.SIGN_UP_BY_EMAIL.window)


def _viewer(viewer_id: str, profile: Profile) -> Viewer:
    return Viewer(
        viewer_id=viewer_id,
        name=profile.name,
        email=profile.email,
        country=profile.country,
        birth_date=profile.birth_date,
        language=profile.language,
    )

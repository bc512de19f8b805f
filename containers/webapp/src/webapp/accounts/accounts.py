"""Accounts of viewers: sign up, sign in, change, delete.

An e-mail address is not proved to be its viewer's, so it is no proof of anything: accounts may
share one, and address and password together open one account. That is why no answer here tells
whether an account exists, and why nobody can take an address away from its owner.
"""

from dataclasses import dataclass
from datetime import datetime

from webapp.accounts import addresses, limits, passwords, queries, throttle, tokens
from webapp.accounts.profile import AccountError, Profile
from webapp.accounts.viewer import Account
from webapp.exposures import queries as exposure_queries
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Preferences
from webapp.warehouse.session import Session
from webapp.warehouse.warehouse import Warehouse


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
    key = addresses.key(profile.email)
    # Before the password is looked at: or else a sign-up would be a guess that no limit counts.
    throttle.spend(
        warehouse, {limits.SIGN_UP_BY_ADDRESS: address, limits.SIGN_UP_BY_EMAIL: key}, now
    )
    found = queries.accounts_by_email(warehouse, profile.email)
    match = passwords.matching(form.password, [account.password_hash for account in found])
    if match is not None:
        return found[match].viewer_id
    _check_room(found)
    password_hash = passwords.hashed(form.password)

    def add(session: Session) -> None:
        viewer = profile.viewer(form.viewer_id)
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
    key = addresses.key(email)
    throttle.spend(
        warehouse, {limits.SIGN_IN_BY_ADDRESS: address, limits.SIGN_IN_BY_EMAIL: key}, now
    )
    found = queries.accounts_by_email(warehouse, email)
    hashes = [account.password_hash for account in found]
    match = passwords.matching(password, hashes)
    if match is None:
        raise AccountError("account.no_such_sign_in")
    viewer_id = found[match].viewer_id
    if passwords.needs_rehash(password, hashes[match]):
        queries.change_password(warehouse, viewer_id, passwords.hashed(password), now)
    return viewer_id


def change_profile(warehouse: Warehouse, viewer_id: str, profile: Profile, now: datetime) -> None:
    """Replace the viewer's profile; errors as in `sign_up`."""
    tidy = profile.checked(now.date())
    key = addresses.key(tidy.email)
    sharing = queries.accounts_by_email(warehouse, tidy.email)
    if viewer_id not in {account.viewer_id for account in sharing}:
        _check_room(sharing)
    queries.change_viewer(warehouse, tidy.viewer(viewer_id), key, now)


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
        exposure_queries.remove_events_of(session, viewer_id)
        queries.remove_viewer(session, viewer_id)

    warehouse.transaction(remove)


def check_password(password: str) -> None:
    """Raise AccountError for a password that is too short or absurdly long."""
    if not passwords.MINIMUM_LENGTH <= len(passwords.normal(password)) <= passwords.MAXIMUM_LENGTH:
        raise AccountError("account.password_too_short")


def _confirm(warehouse: Warehouse, viewer_id: str, password: str, now: datetime) -> None:
    throttle.spend(warehouse, {limits.SIGN_IN_BY_EMAIL: viewer_id}, now)
    kept = queries.password_hash_of(warehouse, viewer_id)
    if kept is None or passwords.matching(password, [kept]) is None:
        raise AccountError("account.wrong_password")


def _check_room(sharing: list[Account]) -> None:
    # Said in the words of the limit on attempts, which says nothing of accounts.
    if len(sharing) >= passwords.ACCOUNTS_PER_ADDRESS:
        raise throttle.TooManyAttemptsError(limits.SIGN_UP_BY_EMAIL.window)

"""Fields of both the sign-up page and the profile."""

from datetime import date

import streamlit as st

from webapp.accounts import passwords
from webapp.accounts.profile import AGES, EMAIL_MAXIMUM_LENGTH, NAME_MAXIMUM_LENGTH, Profile
from webapp.base import countries
from webapp.base.translation import Translation
from webapp.films.catalogue import Catalogue
from webapp.taste.taste import Preferences


def profile_fields(t: Translation, today: date, known: Profile | None = None) -> Profile | None:
    """Name, e-mail address, country and birth date; None while one of the last two is open."""
    left, right = st.columns(2)
    name = left.text_input(
        t("account.name"),
        value=known.name if known else "",
        max_chars=NAME_MAXIMUM_LENGTH,
        autocomplete="name",
        key="name",
    )
    email = right.text_input(
        t("account.email"),
        value=known.email if known else "",
        max_chars=EMAIL_MAXIMUM_LENGTH,
        autocomplete="username",
        key="email",
    )
    with left:
        country = _country(t, known.country if known else _country_of_browser())
    with right:
        birth_date = _birth_date(t, today, known.birth_date if known else None)
    if country is None or birth_date is None:
        return None
    return Profile(
        name=name, email=email, country=country, birth_date=birth_date, language=t.language
    )


def new_password(t: Translation, key: str | None = None) -> str:
    """A password that the viewer chooses."""
    return st.text_input(
        t("account.new_password", minimum=passwords.MINIMUM_LENGTH),
        type="password",
        autocomplete="new-password",
        key=key,
    )


def preference_fields(
    t: Translation, catalogue: Catalogue, known: Preferences | None = None
) -> Preferences:
    """Favourite genres and kinds of film that are never to be shown."""
    known = known or Preferences()
    genres = sorted({*catalogue.genres, *known.favourites, *known.never}, key=t.genre)
    left, right = st.columns(2)
    favourites = left.multiselect(
        t("account.favourites"),
        genres,
        default=sorted(known.favourites),
        format_func=t.genre,
        placeholder=t("account.choose"),
        key="favourites",
    )
    never = right.multiselect(
        t("account.never"),
        genres,
        default=sorted(known.never),
        format_func=t.genre,
        placeholder=t("account.choose"),
        help=t("account.never_help"),
        key="never",
    )
    return Preferences(frozenset(favourites) - frozenset(never), frozenset(never))


def _country(t: Translation, known: str | None) -> str | None:
    codes = countries.choices(t.language)
    return st.selectbox(
        t("account.country"),
        codes,
        index=codes.index(known) if known in codes else None,
        format_func=lambda code: countries.name(code, t.language),
        placeholder=t("account.choose"),
        key="country",
    )


def _birth_date(t: Translation, today: date, known: date | None) -> date | None:
    chosen = st.date_input(
        t("account.birth_date"),
        value=known,
        min_value=date(today.year - AGES.stop, 1, 1),
        max_value=today,
        format="DD/MM/YYYY",
        key="birth_date",
    )
    return chosen if isinstance(chosen, date) else None


def _country_of_browser() -> str | None:
    _, _, region = (st.context.locale or "").partition("-")
    return region.upper() or None

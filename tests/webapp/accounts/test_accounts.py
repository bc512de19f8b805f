"""Accounts: rules for fields, and refusals that reveal nothing."""

import time
from contextlib import suppress
from datetime import date, timedelta

import pytest
from webapp.accounts import accounts, export, limits, passwords, queries, sign_in, throttle, tokens
from webapp.accounts.profile import AccountError, Profile
from webapp.accounts.throttle import TooManyAttemptsError
from webapp.base import clock
from webapp.taste import queries as taste_queries
from webapp.taste.taste import Preferences

PASSWORD = "a long enough password"


@pytest.fixture
def network() -> str:
    return tokens.new()


def sign_up(warehouse, form, network):
    return accounts.sign_up(warehouse, form, network, clock.now())


def signed_in(warehouse, email, password, network):
    return accounts.sign_in(warehouse, email, password, address=network, now=clock.now())


def test_a_viewer_signs_up_and_in(warehouse, form, email, network):
    preferences = Preferences(frozenset({"Drama"}), frozenset({"Horror"}))
    filled = form(preferences=preferences, ratings={"1": 5.0, "2": 3.0})
    viewer_id = sign_up(warehouse, filled, network)
    assert signed_in(warehouse, f" {email.upper()} ", PASSWORD, network) == viewer_id
    taste = taste_queries.taste(warehouse, viewer_id)
    assert taste.preferences == preferences
    assert taste.ratings == {"1": 5.0, "2": 3.0}


def test_a_form_sent_twice_makes_one_account(warehouse, form, email, network):
    filled = form()
    assert sign_up(warehouse, filled, network) == sign_up(warehouse, filled, network)
    assert len(queries.accounts_by_email(warehouse, email)) == 1


def test_only_a_hash_of_the_password_is_kept(warehouse, form, email, network):
    sign_up(warehouse, form(), network)
    kept = queries.accounts_by_email(warehouse, email)[0].password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "  "}, "account.name_needed"),
        ({"name": "x" * 81}, "account.name_needed"),
        ({"email": "nobody"}, "account.email_needed"),
        ({"email": "a b@example.org"}, "account.email_needed"),
        ({"email": "a@example"}, "account.email_needed"),
        ({"country": "XX"}, "account.country_needed"),
        ({"birth_date": date(2100, 1, 1)}, "account.birth_date_needed"),
        ({"birth_date": date(1850, 1, 1)}, "account.birth_date_needed"),
        ({"password": "short"}, "account.password_too_short"),
        ({"password": "x" * 201}, "account.password_too_short"),
    ],
)
def test_an_invalid_field_is_refused_with_its_reason(warehouse, form, network, values, reason):
    with pytest.raises(AccountError) as refusal:
        sign_up(warehouse, form(**values), network)
    assert refusal.value.reason == reason


def test_a_failed_sign_up_leaves_nothing(warehouse, form, network, monkeypatch):
    def fail(*_):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(taste_queries, "add_ratings", fail)
    filled = form()
    with pytest.raises(RuntimeError, match="in the middle"):
        sign_up(warehouse, filled, network)
    assert queries.accounts_by_email(warehouse, filled.profile.email) == []
    assert taste_queries.taste(warehouse, filled.viewer_id).preferences == Preferences()


# --- refusals reveal nothing ----------------------------------------------------------------------


def test_wrong_password_and_unknown_address_are_refused_alike(warehouse, form, email, network):
    sign_up(warehouse, form(), network)
    reasons = set()
    for address in (email, "nobody@example.org"):
        with pytest.raises(AccountError) as refusal:
            signed_in(warehouse, address, "not the password", network)
        reasons.add(refusal.value.reason)
    assert reasons == {"account.no_such_sign_in"}


def test_wrong_password_and_unknown_address_take_the_same_work(
    warehouse, form, email, network, monkeypatch
):
    sign_up(warehouse, form(), network)
    verified = []
    real = passwords._verifies

    def remember(*given):
        verified.append(given)
        return real(*given)

    monkeypatch.setattr(passwords, "_verifies", remember)
    counts = []
    for address in (email, "nobody@example.org"):
        verified.clear()
        with pytest.raises(AccountError):
            signed_in(warehouse, address, "not the password", network)
        counts.append(len(verified))
    assert counts == [passwords.ACCOUNTS_PER_ADDRESS] * 2


def test_a_second_sign_up_with_an_address_makes_an_account_of_its_own(
    warehouse, form, email, network
):
    first = sign_up(warehouse, form(), network)
    second = sign_up(warehouse, form(password="another good password"), network)
    assert first != second
    assert signed_in(warehouse, email, PASSWORD, network) == first
    assert signed_in(warehouse, email, "another good password", network) == second


def test_sign_up_with_a_known_address_and_its_password_signs_in(warehouse, form, network):
    first = sign_up(warehouse, form(name="Ann"), network)
    assert sign_up(warehouse, form(name="Not Ann"), network) == first


def test_many_sign_ups_with_an_address_do_not_lock_its_owner_out(warehouse, form, email, network):
    owner = sign_up(warehouse, form(), network)
    for number in range(6):
        try:
            sign_up(warehouse, form(password=f"the crowd's password {number}"), tokens.new())
        except TooManyAttemptsError:
            break
    else:
        pytest.fail("nothing stopped the crowd")
    assert signed_in(warehouse, email, PASSWORD, network) == owner


@pytest.mark.parametrize("exists", [True, False])
def test_attempts_on_one_address_are_limited_whether_or_not_it_exists(
    warehouse, form, email, network, exists
):
    if exists:
        sign_up(warehouse, form(), network)
    for _ in range(limits.SIGN_IN_BY_EMAIL.attempts):
        with pytest.raises(AccountError):
            signed_in(warehouse, email, "guess", tokens.new())
    with pytest.raises(TooManyAttemptsError) as refusal:
        signed_in(warehouse, email, PASSWORD, tokens.new())
    assert timedelta(minutes=14) < refusal.value.wait <= limits.SIGN_IN_BY_EMAIL.window


def test_attempts_from_one_network_address_are_limited(warehouse, network):
    now = clock.now()
    limit = limits.Limit("test", 3, timedelta(minutes=1))
    for _ in range(3):
        throttle.spend(warehouse, {limit: network}, now)
    with pytest.raises(TooManyAttemptsError):
        throttle.spend(warehouse, {limit: network}, now)
    throttle.spend(warehouse, {limit: tokens.new()}, now)
    throttle.spend(warehouse, {limit: network}, now + timedelta(minutes=2))


def test_a_refused_attempt_is_counted_on_none_of_its_subjects(warehouse, network):
    now = clock.now()
    few, many = (
        limits.Limit("few", 1, timedelta(minutes=1)),
        limits.Limit("many", 2, timedelta(hours=1)),
    )
    somebody, victim = tokens.new(), tokens.new()
    throttle.spend(warehouse, {few: network, many: somebody}, now)
    for _ in range(3):
        with pytest.raises(TooManyAttemptsError) as refusal:
            throttle.spend(warehouse, {few: network, many: victim}, now)
        assert refusal.value.wait == few.window
    throttle.spend(warehouse, {many: victim}, now)
    throttle.spend(warehouse, {many: victim}, now)
    with pytest.raises(TooManyAttemptsError) as refusal:
        throttle.spend(warehouse, {few: tokens.new(), many: victim}, now)
    assert refusal.value.wait == many.window


def test_guesses_by_sign_up_are_limited(warehouse, form, email, network):
    sign_up(warehouse, form(), network)
    for number in range(limits.SIGN_UP_BY_EMAIL.attempts):
        with suppress(TooManyAttemptsError):
            sign_up(warehouse, form(password=f"guess number {number}"), tokens.new())
    with pytest.raises(TooManyAttemptsError):
        sign_up(warehouse, form(), tokens.new())


# --- changes --------------------------------------------------------------------------------------


def test_every_field_of_the_profile_can_be_changed(warehouse, new_viewer):
    viewer, token = new_viewer()
    changed = Profile(
        name="Béa",
        email="new-" + viewer.email,
        country="JP",
        birth_date=date(1980, 1, 2),
        language="fr",
    )
    accounts.change_profile(warehouse, viewer.viewer_id, changed, clock.now())
    found = sign_in.signed_in(warehouse, token, clock.now())
    assert found is not None
    now = found.viewer
    assert (now.name, now.email, now.country, now.birth_date, now.language) == (
        "Béa",
        "new-" + viewer.email,
        "JP",
        date(1980, 1, 2),
        "fr",
    )


def test_a_new_password_needs_the_old_one_and_ends_all_sessions(warehouse, new_viewer):
    viewer, token = new_viewer()
    now = clock.now()
    with pytest.raises(AccountError) as refusal:
        accounts.change_password(
            warehouse, viewer.viewer_id, old="wrong", new="a better password", now=now
        )
    assert refusal.value.reason == "account.wrong_password"
    assert sign_in.signed_in(warehouse, token, now)
    accounts.change_password(
        warehouse, viewer.viewer_id, old=PASSWORD, new="a better password", now=now
    )
    assert sign_in.signed_in(warehouse, token, now) is None
    assert signed_in(warehouse, viewer.email, "a better password", tokens.new())


def test_a_deleted_account_leaves_nothing(warehouse, new_viewer):
    viewer, token = new_viewer()
    taste_queries.dismiss_film(warehouse, viewer.viewer_id, "3", clock.now())
    with pytest.raises(AccountError):
        accounts.delete(warehouse, viewer.viewer_id, "wrong", clock.now())
    accounts.delete(warehouse, viewer.viewer_id, PASSWORD, clock.now())
    assert sign_in.signed_in(warehouse, token, clock.now()) is None
    for table in (
        "viewer",
        "viewer_preference",
        "viewer_rating",
        "dismissed_film",
        "sign_in_session",
    ):
        rows = warehouse.rows(
            f"select count(*) as n from viewers.{table} where viewer_id = ?", viewer.viewer_id
        )
        assert rows[0]["n"] == 0, table


def test_the_export_has_all_data_of_a_viewer_and_no_secret(warehouse, new_viewer):
    viewer, token = new_viewer(ratings={"2": 4.5})
    everything = export.everything_about(warehouse, viewer)
    assert everything["ratings"][0] | {"rated_at": None} == {
        "film_id": "2",
        "title": "Amélie",
        "year": 2001,
        "stars": 4.5,
        "rated_at": None,
        "imdb_id": None,
        "tmdb_id": None,
    }
    assert everything["favourite_genres"] == ["Drama"]
    text = str(everything)
    assert "argon2" not in text
    assert token not in text


def test_verifying_takes_long_enough_to_slow_a_guesser_down():
    started = time.perf_counter()
    passwords.matching("guess", [])
    assert time.perf_counter() - started > 0.01

"""Sessions and tickets: forged, stolen, used or old ones are refused."""

from datetime import timedelta

import pytest
from webapp.accounts import sign_in, tokens
from webapp.accounts.sign_in import SESSION_LIFETIME, TICKET_LIFETIME, TicketError
from webapp.base import clock


def test_a_ticket_works_once(warehouse, new_viewer):
    viewer, _ = new_viewer()
    now = clock.now()
    ticket = sign_in.ticket(warehouse, "mark", viewer.viewer_id, now)
    token = sign_in.redeem(warehouse, ticket, "mark", now)
    assert token is not None
    found = sign_in.signed_in(warehouse, token, now)
    assert found is not None
    assert found.viewer == viewer
    with pytest.raises(TicketError):
        sign_in.redeem(warehouse, ticket, "mark", now)


def test_a_ticket_works_in_its_own_browser_alone(warehouse, new_viewer):
    viewer, _ = new_viewer()
    now = clock.now()
    ticket = sign_in.ticket(warehouse, "mark", viewer.viewer_id, now)
    for other in ("", "another mark", tokens.hashed("mark")):
        with pytest.raises(TicketError):
            sign_in.redeem(warehouse, ticket, other, now)
    assert sign_in.redeem(warehouse, ticket, "mark", now)


def test_a_ticket_expires_after_a_minute(warehouse, new_viewer):
    viewer, _ = new_viewer()
    now = clock.now()
    ticket = sign_in.ticket(warehouse, "mark", viewer.viewer_id, now)
    with pytest.raises(TicketError):
        sign_in.redeem(warehouse, ticket, "mark", now + TICKET_LIFETIME)


def test_a_ticket_may_sign_out(warehouse):
    now = clock.now()
    ticket = sign_in.ticket(warehouse, "mark", None, now)
    assert sign_in.redeem(warehouse, ticket, "mark", now) is None


def test_a_session_expires_after_its_lifetime(warehouse, new_viewer):
    _, token = new_viewer()
    now = clock.now()
    nearly = now + SESSION_LIFETIME - timedelta(minutes=1)
    assert sign_in.signed_in(warehouse, token, nearly)
    assert sign_in.signed_in(warehouse, token, now + SESSION_LIFETIME) is None


def test_an_ended_session_signs_nobody_in(warehouse, new_viewer):
    _, token = new_viewer()
    sign_in.end(warehouse, token)
    assert sign_in.signed_in(warehouse, token, clock.now()) is None


@pytest.mark.parametrize(
    "forged", ["", "' or '1' = '1", "x" * 5000, "\x00", "é", "viewer-1; drop table viewers.viewer"]
)
def test_a_forged_token_signs_nobody_in(warehouse, new_viewer, forged):
    new_viewer()
    assert sign_in.signed_in(warehouse, forged, clock.now()) is None


def test_the_kept_hash_of_a_token_signs_nobody_in(warehouse, new_viewer):
    _, token = new_viewer()
    kept = tokens.hashed(token)
    rows = warehouse.rows(
        "select count(*) as n from viewers.sign_in_session where token_hash = ?", kept
    )
    assert rows[0]["n"] == 1
    assert sign_in.signed_in(warehouse, kept, clock.now()) is None

"""Expired rows are removed once in a while, and a failure harms nobody."""

from datetime import timedelta

import pytest
from webapp.accounts import queries, sign_in, tokens
from webapp.accounts.cleanup import ATTEMPTS_KEPT, PAUSE_SECONDS, Cleanup
from webapp.accounts.limits import Subject
from webapp.accounts.sign_in import SESSION_LIFETIME, TICKET_LIFETIME
from webapp.base import clock
from webapp.warehouse.errors import WarehouseAwayError


@pytest.fixture
def seconds():
    return [0.0]


@pytest.fixture
def cleanup(warehouse, seconds):
    return Cleanup(warehouse, lambda: seconds[0])


def count(warehouse, table, column, value):
    rows = warehouse.rows(f"select count(*) as n from viewers.{table} where {column} = ?", value)
    return rows[0]["n"]


def test_only_expired_rows_are_removed(warehouse, cleanup, new_viewer):
    viewer, old_token = new_viewer()
    now = clock.now()
    # as long ago as what the viewer has just done will be when it has expired
    long_ago = now - SESSION_LIFETIME - timedelta(minutes=1)
    subject = tokens.new()
    old_ticket = sign_in.ticket(warehouse, "mark", viewer.viewer_id, long_ago)
    ticket = sign_in.ticket(warehouse, "mark", viewer.viewer_id, now)
    earlier = sign_in.ticket(warehouse, "mark", viewer.viewer_id, long_ago)
    assert sign_in.redeem(warehouse, earlier, "mark", long_ago)
    for moment in (now - ATTEMPTS_KEPT - timedelta(minutes=1), now):
        queries.add_attempts(warehouse, [Subject(subject, moment, 1)], moment)
    cleanup.run_if_due(now)
    assert count(warehouse, "sign_in_ticket", "ticket_hash", tokens.hashed(old_ticket)) == 0
    assert count(warehouse, "sign_in_ticket", "ticket_hash", tokens.hashed(ticket)) == 1
    assert count(warehouse, "sign_in_session", "viewer_id", viewer.viewer_id) == 1
    assert sign_in.signed_in(warehouse, old_token, now)
    assert count(warehouse, "sign_in_attempt", "subject_hash", subject) == 1


def test_a_cleanup_runs_again_only_after_a_pause(warehouse, cleanup, seconds, new_viewer):
    viewer, _ = new_viewer()
    now = clock.now()

    def is_removed():
        ticket = sign_in.ticket(warehouse, "mark", viewer.viewer_id, now - 2 * TICKET_LIFETIME)
        cleanup.run_if_due(now)
        return count(warehouse, "sign_in_ticket", "ticket_hash", tokens.hashed(ticket)) == 0

    assert is_removed()
    assert not is_removed()
    seconds[0] = PAUSE_SECONDS
    assert is_removed()


def test_a_failed_cleanup_is_logged_and_raises_nothing(cleanup, monkeypatch, caplog):
    def fail(*_, **__):
        raise WarehouseAwayError("away")

    monkeypatch.setattr(queries, "remove_expired", fail)
    cleanup.run_if_due(clock.now())
    assert "still there" in caplog.text

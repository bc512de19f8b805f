"""The app's connections: bound values, whole transactions, two kinds of errors."""

import threading

import pytest
import snowflake.connector
from webapp.accounts import queries as account_queries
from webapp.accounts.limits import Subject
from webapp.base import clock
from webapp.taste import actions
from webapp.taste import queries as taste_queries
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse


@pytest.fixture
def own_warehouse(connection_arguments):
    """Connections that no other test uses."""
    warehouse = Warehouse(connection_arguments)
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize(
    "value", ["'; delete from film; --", "%(x)s", "?", "\\'", 'a"b', "é🎬", "", "a\nb"]
)
def test_values_are_bound_and_come_back_as_they_are(warehouse, value):
    assert warehouse.rows("select ? as value", value) == [{"value": value}]
    assert warehouse.rows("select count(*) as n from film")[0]["n"] == 40


def test_a_transaction_is_whole_or_not_at_all(warehouse):
    def half(session):
        account_queries.add_attempts(session, [Subject("half", clock.now(), 1)], clock.now())
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        warehouse.transaction(half)
    query = "select count(*) as n from viewers.sign_in_attempt where subject_hash = 'half'"
    assert warehouse.rows(query)[0]["n"] == 0


def test_a_refused_statement_leaves_the_session_usable(own_warehouse):
    with pytest.raises(StatementRefusedError, match=r"(?i)no_such_table"):
        own_warehouse.rows("select * from no_such_table")
    assert own_warehouse.rows("select 1 as one") == [{"one": 1}]


def test_an_expired_session_is_replaced(own_warehouse):
    own_warehouse.rows("select 1 as one")
    connection = own_warehouse._idle.get()
    connection.rest.update_tokens("forgotten", "forgotten")
    own_warehouse._idle.put(connection)
    assert own_warehouse.rows("select 1 as one") == [{"one": 1}]


def test_concurrent_ratings_are_all_kept(own_warehouse, new_viewer):
    viewer, _ = new_viewer(ratings={})
    errors = []

    def rate(film_id):
        try:
            actions.rate_films(own_warehouse, viewer.viewer_id, {film_id: 4.0}, clock.now())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test fails
            errors.append(error)

    threads = [threading.Thread(target=rate, args=(str(n),)) for n in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(taste_queries.taste(own_warehouse, viewer.viewer_id).ratings) == 12


def test_only_the_first_caller_waits_for_a_snowflake_that_is_away(
    connection_arguments, monkeypatch
):
    arguments = connection_arguments | {"port": 1, "login_timeout": 1}
    nowhere = Warehouse(arguments)
    with pytest.raises(WarehouseAwayError):
        nowhere.rows("select 1")
    tried = []
    monkeypatch.setattr(snowflake.connector, "connect", lambda **_: tried.append(1))
    with pytest.raises(WarehouseAwayError, match="a moment ago"):
        nowhere.rows("select 1")
    assert tried == []

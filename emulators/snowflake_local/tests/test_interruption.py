"""Statements are stopped whenever it is asked: the engine forgets what comes before it begins."""

import pytest
from snowflake_local.engine.interruption import interruptible
from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query

pytestmark = pytest.mark.thorough


class Session:
    """Counts how often it is interrupted."""

    def __init__(self):
        self.interrupts = 0

    def interrupt(self):
        self.interrupts += 1


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def query():
    return Query("select 1", {})


def test_a_statement_is_stopped_until_it_is_over(session, query, wait_for):
    with interruptible(session, query) as stop:
        assert session.interrupts == 0
        stop()
        wait_for(lambda: session.interrupts > 2)
    with pytest.raises(SqlError, match="canceled"):
        query.check()


def test_its_time_limit_stops_it_in_words_of_its_own(session, query, wait_for):
    with interruptible(session, query, 0.01):
        wait_for(lambda: session.interrupts > 1)
    with pytest.raises(SqlError, match=r"timeout of 0\.01 second\(s\)") as raised:
        query.check()
    assert raised.value.errno == 630


def test_one_that_ends_in_time_is_left_alone(session, query):
    with interruptible(session, query, 60):
        pass
    query.check()
    assert session.interrupts == 0

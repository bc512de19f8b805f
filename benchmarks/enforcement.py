"""Cost of access control in the local warehouse: statements with decisions and without, in turn.

The same statements run in one process as a role that may run them, with the warehouse's decisions
and with a stand-in that decides nothing. Time is the processor's, as on a busy machine, and it
leaves out what a client and its connection add: the share of a client's call is smaller.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loopback.credentials import Credentials
from snowflake_local.access.session_access import SessionAccess
from snowflake_local.engine.session import Session, SessionOptions
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.http.protocol import Submission
from snowflake_local.model.query import Query

from benchmarks.goals import Figure, report
from benchmarks.measured_stack import BenchmarkError
from local.stack import ADMINISTRATOR, PRINCIPALS, Stack
from local.warehouse_settings import settings_of

_ROUNDS, _REPETITIONS = 15, 10
_SET_UP = """
create warehouse w; use warehouse w; create database d; create schema d.s; use schema d.s;
create role reader;
create table ratings (user_id varchar, item_id varchar, rating float);
insert into ratings values ('1', 'a', 4), ('2', 'a', 2), ('2', 'b', 5);
create view good as select * from ratings where rating > 3;
grant usage on warehouse w to role reader; grant usage on database d to role reader;
grant usage on schema d.s to role reader;
grant select, insert, update, delete on table ratings to role reader;
grant select on view good to role reader; grant role reader to user admin; use role reader
"""
_STATEMENTS = (
    "select * from ratings where user_id = '2'",
    "select item_id, avg(rating) as mean from good group by item_id order by mean desc",
    "select g.user_id from good as g join ratings using (item_id)",
    "insert into ratings values ('3', 'c', 1)",
    "update ratings set rating = 2 where user_id = '3'",
    "delete from ratings where user_id = '3'",
)


def main() -> int:
    """Measure, print, write JSON; exit code 1 if the goal is missed."""
    with tempfile.TemporaryDirectory() as folder, _session(Path(folder)) as session:
        _run(session, _STATEMENTS)
        ratios = [_seconds(session, decides=False) / _seconds(session) for _ in range(_ROUNDS)]
        each = _seconds(session) / len(_STATEMENTS) / _REPETITIONS
    return report(
        "enforcement",
        [
            Figure("rate of statements, decided to undecided", statistics.median(ratios), 0.95),
            Figure("a statement in the warehouse", each * 1000, unit="ms"),
        ],
    )


@contextmanager
def _session(folder: Path) -> Iterator[Session]:
    """A session of a role that may do what the statements do, and little else."""
    keys = {name: Credentials.generate() for name in PRINCIPALS}
    stack = Stack(
        state_dir=folder,
        warehouse_port=0,
        aws_port=0,
        gateway_port=0,
        sagemaker_port=0,
        credentials=keys,
    )
    warehouse = Warehouse(settings_of(stack))
    try:
        session = warehouse.sign_on(ADMINISTRATOR, SessionOptions(role="ACCOUNTADMIN"))
        _run(session, tuple(each.strip() for each in _SET_UP.split(";")))
        yield session
    finally:
        warehouse.close()


def _seconds(session: Session, *, decides: bool = True) -> float:
    """Processor time of the statements."""
    decide = SessionAccess.decide
    if not decides:
        SessionAccess.decide = lambda *_, **__: None  # type: ignore[method-assign]
    try:
        start = time.process_time()
        for _ in range(_REPETITIONS):
            _run(session, _STATEMENTS)
        return time.process_time() - start
    finally:
        SessionAccess.decide = decide  # type: ignore[method-assign]


def _run(session: Session, statements: tuple[str, ...]) -> None:
    for statement in statements:
        submission = Submission.from_document({"sqlText": statement})
        query = Query(statement, session.context(statement))
        if submission.run(session, query).get("success") is not True:
            raise BenchmarkError(f"{statement} failed.")


if __name__ == "__main__":
    sys.exit(main())

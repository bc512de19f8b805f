"""Transactions by name: begun, shown to whoever comes after a killed client, and ended by them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from snowflake_local.model.answer import Answer
from snowflake_local.model.syntax import Reader

if TYPE_CHECKING:
    from snowflake_local.engine.session import Session

_DONE = "Statement executed successfully."
_COLUMNS = ("id", "user", "session", "name", "started_on", "state", "scope")


@dataclass(frozen=True)
class Transaction:
    """An open transaction, as SHOW TRANSACTIONS names it."""

    id: str
    name: str
    started_on: datetime

    @classmethod
    def start(cls, name: str | None) -> "Transaction":
        """A transaction that begins now; Snowflake's ids are its nanoseconds, too."""
        now = datetime.now(UTC)
        identifier = str(int(now.timestamp() * 1_000_000) * 1_000)
        return cls(identifier, name or identifier, now)


def begin(session: "Session", reader: Reader) -> Answer:
    """BEGIN [TRANSACTION] [NAME name]: inside a transaction it is ignored, as in Snowflake."""
    reader.accept("START")
    reader.accept("BEGIN")
    if not reader.accept("TRANSACTION"):
        reader.accept("WORK")
    name = reader.identifier() if reader.accept("NAME") else None
    reader.end()
    session.begin(name)
    return Answer.status(_DONE)


def commit(session: "Session", _reader: Reader) -> Answer:
    """COMMIT."""
    session.commit_open_transaction()
    return Answer.status(_DONE)


def rollback(session: "Session", _reader: Reader) -> Answer:
    """ROLLBACK."""
    session.roll_back()
    return Answer.status(_DONE)


def show(session: "Session", reader: Reader) -> Answer:
    """SHOW TRANSACTIONS: those of the session's user."""
    reader.expect("SHOW", "TRANSACTIONS")
    reader.end()
    records = [
        {
            "id": transaction.id,
            "user": owner.user,
            "session": owner.id,
            "name": transaction.name,
            "started_on": transaction.started_on.isoformat(sep=" ", timespec="milliseconds"),
            "state": "running",
            "scope": "0",
        }
        for owner in _of_user(session)
        if (transaction := owner.transaction) is not None
    ]
    return Answer.table(_COLUMNS, records)


def abort(session: "Session", reader: Reader) -> Answer:
    """SELECT SYSTEM$ABORT_TRANSACTION(id): roll back a transaction of the session's user."""
    reader.expect("SELECT", "SYSTEM$ABORT_TRANSACTION", "(")
    wanted = reader.take().value
    reader.expect(")")
    reader.end()
    for owner in _of_user(session):
        if owner.transaction is not None and owner.transaction.id == wanted:
            owner.interrupt()
            with owner.lock:
                owner.roll_back()
            return _aborted(f"Aborted transaction id: {wanted}")
    return _aborted(f"Transaction {wanted} is not running.")


def _aborted(message: str) -> Answer:
    return Answer(("SYSTEM$ABORT_TRANSACTION",), [(message,)])


def _of_user(session: "Session") -> list["Session"]:
    return [other for other in session.engine.sessions() if other.user == session.user]

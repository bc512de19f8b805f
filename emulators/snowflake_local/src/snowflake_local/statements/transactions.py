"""Transactions by name: begun, shown to whoever comes after a killed client, and ended by them."""

from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Reader
from snowflake_local.statements.context import StatementContext

_DONE = "Statement executed successfully."
_COLUMNS = ("id", "user", "session", "name", "started_on", "state", "scope")


def begin(context: StatementContext, reader: Reader) -> StatementResult:
    """BEGIN [TRANSACTION] [NAME name]: inside a transaction it is ignored, as in Snowflake."""
    reader.accept("START")
    reader.accept("BEGIN")
    if not reader.accept("TRANSACTION"):
        reader.accept("WORK")
    name = reader.identifier() if reader.accept("NAME") else None
    reader.end()
    context.transactions.begin(name)
    return StatementResult.status(_DONE)


def commit(context: StatementContext, _reader: Reader) -> StatementResult:
    """COMMIT."""
    context.transactions.commit()
    return StatementResult.status(_DONE)


def rollback(context: StatementContext, _reader: Reader) -> StatementResult:
    """ROLLBACK."""
    context.transactions.roll_back()
    return StatementResult.status(_DONE)


def show(context: StatementContext, reader: Reader) -> StatementResult:
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
        for owner in _of_user(context)
        if (transaction := owner.transactions.current) is not None
    ]
    return StatementResult.table(_COLUMNS, records)


def abort(context: StatementContext, reader: Reader) -> StatementResult:
    """SELECT SYSTEM$ABORT_TRANSACTION(id): roll back a transaction of the session's user."""
    reader.expect("SELECT", "SYSTEM$ABORT_TRANSACTION", "(")
    wanted = reader.take().value
    reader.expect(")")
    reader.end()
    for owner in _of_user(context):
        if owner.transactions.current is not None and owner.transactions.current.id == wanted:
            owner.interrupt()
            with owner.lock:
                owner.transactions.roll_back()
            return _aborted(f"Aborted transaction id: {wanted}")
    return _aborted(f"Transaction {wanted} is not running.")


def _aborted(message: str) -> StatementResult:
    return StatementResult(("SYSTEM$ABORT_TRANSACTION",), [(message,)])


def _of_user(context: StatementContext) -> list[StatementContext]:
    return [other for other in context.sessions() if other.user == context.user]

"""The transaction of one session, begun by its client or by a change without autocommit."""

import duckdb

from snowflake_local.engine.fakesnow_adapter import EngineConnection
from snowflake_local.model.errors import SqlError
from snowflake_local.objects.transaction import Transaction


class SessionTransactions:
    """Begins and ends the transaction of one connection."""

    def __init__(self, connection: EngineConnection) -> None:
        self._connection = connection
        self._named: Transaction | None = None

    @property
    def current(self) -> Transaction | None:
        """The open transaction."""
        return self._named if self.is_open else None

    @property
    def is_open(self) -> bool:
        """True while a transaction is open."""
        return self._connection.in_transaction

    def begin(self, name: str | None = None) -> bool:
        """Open a transaction; False if one is open already."""
        if self.is_open:
            return False
        self._connection.duckdb.begin()
        self._named = Transaction.start(name)
        self._connection.in_transaction = True
        return True

    def commit(self) -> None:
        """Commit, if there is a transaction; raise SqlError if DuckDB has given it up."""
        if not self.is_open:
            return
        try:
            self._connection.duckdb.execute("SELECT 1")
        except duckdb.TransactionException:
            self.roll_back()
            raise SqlError(
                "A statement of this transaction failed and the local warehouse has undone all of "
                "it, where Snowflake would keep the rest: run the transaction again.",
                100132,
                "25000",
            ) from None
        self._connection.in_transaction = False
        self._connection.duckdb.commit()

    def roll_back(self) -> None:
        """Roll back, if there is a transaction."""
        if self.is_open:
            self._connection.in_transaction = False
            self._connection.duckdb.rollback()

"""The transaction of a load: all or nothing, and never two loads at once."""

import hashlib
import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from film_data.errors import DatasetError
from film_data.scratch import is_running

#: Says whose a transaction is, so that whoever comes later knows whether it was abandoned.
_NAME = re.compile(r"snowreel_load_(?P<machine>[0-9a-f]{8})_(?P<process>\d+)")
_MACHINE = hashlib.sha256(platform.node().encode()).hexdigest()[:8]


@contextmanager
def transaction(cursor: Any) -> Iterator[None]:
    """Commit all of what happens inside, or nothing; nothing inside may be DDL.

    Args:
        cursor: Of the session in which it happens.

    Raises:
        DatasetError: Another load is in its transaction.
    """
    _end_abandoned(cursor)
    cursor.execute(f"begin name snowreel_load_{_MACHINE}_{os.getpid()}")
    try:
        yield
    except BaseException:
        cursor.execute("rollback")
        raise
    cursor.execute("commit")


def _end_abandoned(cursor: Any) -> None:
    """Roll back the transaction of a killed load of this machine: its locks outlive it."""
    for identifier, name in _open_transactions(cursor):
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        if match["machine"] != _MACHINE or is_running(int(match["process"])):
            raise DatasetError(
                "Another load is under way: wait for its end, or end it with "
                f"`select system$abort_transaction({identifier})`."
            )
        cursor.execute(f"select system$abort_transaction({identifier})")


def _open_transactions(cursor: Any) -> list[tuple[int, str]]:
    cursor.execute("show transactions")
    columns = [column.name.lower() for column in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [(int(row["id"]), str(row["name"]).lower()) for row in rows]

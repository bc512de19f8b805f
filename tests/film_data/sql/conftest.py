"""A database of its own, made by the scripts of tables and views."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector
from mart_database import DATABASE, RAW, Database, run_scripts
from shown_films import forget
from snowflake.connector import SnowflakeConnection


@pytest.fixture(scope="module")
def session(warehouse: dict[str, Any]) -> Iterator[SnowflakeConnection]:
    """A session in a database of its own, made by the scripts."""
    with closing(snowflake.connector.connect(**warehouse)) as maker:
        run_scripts(maker)
    arguments = warehouse | {"database": DATABASE}
    with closing(snowflake.connector.connect(**arguments)) as session:
        yield session


@pytest.fixture
def database(session: SnowflakeConnection, tmp_path: Path) -> Database:
    """All raw tables empty."""
    found = Database(session, tmp_path)
    for table in RAW:
        found.given(table)
    return found


@pytest.fixture
def planted(session: SnowflakeConnection) -> Iterator[SnowflakeConnection]:
    """A session to plant exposures and ratings with: their tables are empty before and after."""
    forget(session)
    yield session
    forget(session)

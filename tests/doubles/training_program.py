"""The training program in SageMaker's file layout, the warehouse that it reads, small ratings."""

import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import snowflake.connector

from local.stack import DATABASE, SCHEMA, TRAINING_ROLE, Stack

BIN = Path(sys.executable).parent
DEADLINE_SECONDS = 30
#: Even half a minute of work takes long on a loaded machine; a job that hangs does not end at all.
JOB_SECONDS = 120

COLUMNS = "user_id integer, film_id integer, rating float"
RATINGS = "snowreel.marts.ratings"
OUTPUT = "snowreel.marts.recommendations"
USERS, ITEMS, LENGTH = 12, 15, 4

ROWS = ", ".join(
    f"({u}, {i}, {1 + (u * i) % 5})" for u in range(USERS) for i in range(ITEMS) if (u + i) % 3
)


@dataclass(frozen=True)
class Warehouse:
    """A running warehouse, and short ways to use it."""

    stack: Stack
    session: snowflake.connector.SnowflakeConnection

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        with self.session.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor)

    def load(self, table: str, columns: str, rows: str) -> None:
        """Make a table from SQL values."""
        self.run(f"create or replace table {table} ({columns})")
        self.run(f"grant insert, delete on table {table} to role {TRAINING_ROLE}")
        if rows:
            self.run(f"insert into {table} values {rows}")

    def tables(self) -> list[tuple[Any, ...]]:
        """Names of all tables of the stack's schema."""
        return self.run(
            f"select table_name from {DATABASE}.information_schema.tables"
            f" where table_schema = '{SCHEMA}' order by 1"
        )


@dataclass(frozen=True)
class Job:
    """A training job's file tree and environment."""

    base: Path
    environ: dict[str, str]

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [BIN / "train"],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self) -> tuple[int, str]:
        """Exit code and log."""
        with self.start() as process:
            # ends a job that hangs, the log then says where
            killer = threading.Timer(JOB_SECONDS, process.kill)
            killer.start()
            log, _ = process.communicate()
            killer.cancel()
        return process.returncode, log

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    @property
    def model_files(self) -> list[str]:
        folder = self.base / "model"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

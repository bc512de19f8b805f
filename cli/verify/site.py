"""A deployment under test: its names, who signs in to it, and what it cannot do."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import snowflake.connector
from botocore.credentials import ReadOnlyCredentials

from cli.doctor.quotas import Demand
from cli.errors import CommandError


class StepError(CommandError):
    """A step saw something else than it expects; the message says what, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names of a deployment in Snowflake and AWS, as its settings say them."""

    environment: str
    prefix: str
    region: str
    database: str
    schema: str
    warehouse: str
    api_integration: str
    #: Makes and drops the tables of the verification.
    owner_role: str
    deployer_role: str
    training_role: str
    operator_role: str
    analyst_role: str
    demand: Demand


class Site(ABC):
    """A deployment, on real accounts or on this machine."""

    def __init__(self, names: Names, folder: Path, *, keeps: bool = False) -> None:
        self.names = names
        #: Whether the stacks stay at the end.
        self.keeps = keeps
        #: Logs of programs that steps run.
        self.folder = folder

    #: Why a step cannot be done here, by its name.
    lacks: Mapping[str, str]

    @abstractmethod
    def connect(self) -> snowflake.connector.SnowflakeConnection:
        """A new Snowflake session of the person who verifies."""

    @abstractmethod
    def client(self, service: str) -> Any:
        """A boto3 client with the person's credentials."""

    @abstractmethod
    def signer(self) -> ReadOnlyCredentials:
        """The key that signs requests to the API."""

    @abstractmethod
    def api_url(self) -> str:
        """Base address of the API, its stage included."""

    @abstractmethod
    def check_chain(self) -> str:
        """Walk the links from SQL to the models as `snowreel doctor` does."""

    @abstractmethod
    def make(self, target: str, arguments: str, log: str) -> None:
        """Run a target of the Makefile with arguments for CDK; its output goes to a file.

        Raises:
            StepError: It failed.
        """

    @contextmanager
    def session(self, role: str, *, in_schema: bool = True) -> Iterator["Session"]:
        """A session that acts with one role; in the deployment's schema, once that is there."""
        connection = self.connect()
        try:
            session = Session(connection)
            session.rows(f"use role {role}")
            session.rows("use secondary roles none")
            session.rows(f"use warehouse {self.names.warehouse}")
            if in_schema:
                session.rows(f"use schema {self.names.database}.{self.names.schema}")
            yield session
        finally:
            connection.close()


class Session:
    """Short ways to ask Snowflake."""

    def __init__(self, connection: snowflake.connector.SnowflakeConnection) -> None:
        self._connection = connection

    def rows(self, statement: str, *binds: object) -> list[tuple[Any, ...]]:
        """Run a statement; its rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, binds or None)
            return list(cursor.fetchall())

    def insert(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Insert rows that the statement has a bind for each value of."""
        with self._connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    def records(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement; its rows by column name in lower case."""
        with self._connection.cursor(snowflake.connector.DictCursor) as cursor:
            cursor.execute(statement)
            found = cursor.fetchall()
        return [{name.lower(): value for name, value in dict(row).items()} for row in found]

    def answer(self, statement: str, *binds: object) -> Any:
        """The one VARIANT of a statement.

        Raises:
            StepError: It is an error of the product's.
        """
        (row,) = self.rows(statement, *binds)
        value = json.loads(row[0])
        if isinstance(value, dict) and "error" in value:
            raise StepError(str(value["error"]["message"]))
        return value

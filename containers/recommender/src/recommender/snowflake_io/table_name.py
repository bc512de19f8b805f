"""Fully qualified table names in Snowflake's notation."""

import re
from dataclasses import dataclass

from recommender.errors import RecommenderError

_PART = r'"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*'
_QUALIFIED = re.compile(rf"({_PART})\.({_PART})\.({_PART})")
_BARE = re.compile(r"[A-Z_][A-Z0-9_$]*")


class TableNameError(RecommenderError):
    """A text is no fully qualified table name."""


@dataclass(frozen=True)
class TableName:
    """A table's database, schema and name as Snowflake stores them: resolved, without quotes."""

    database: str
    schema: str
    table: str

    @classmethod
    def parse(cls, text: str) -> "TableName":
        """Read `db.schema.table`; a bare part is folded to upper case, a quoted one is kept.

        Source: https://docs.snowflake.com/en/sql-reference/identifiers-syntax.

        Raises:
            TableNameError: `text` is anything else.
        """
        match = _QUALIFIED.fullmatch(text)
        if match is None:
            raise TableNameError(f"{text!r} is not a table name of the form database.schema.table.")
        return cls(*map(_resolve, match.groups()))

    @property
    def identifier(self) -> str:
        """Value for IDENTIFIER(?): every part quoted, so that none can be a keyword."""
        return ".".join(map(_quote, (self.database, self.schema, self.table)))

    def __str__(self) -> str:
        """Name for people: quoted only where it must be."""
        return ".".join(
            part if _BARE.fullmatch(part) else _quote(part)
            for part in (self.database, self.schema, self.table)
        )


def _resolve(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.upper()


def _quote(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'

"""Fully qualified table names in Snowflake's notation."""

import re
from dataclasses import dataclass, field

from recommender.errors import RecommenderError

_PART = r'"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*'
_QUALIFIED = re.compile(rf"({_PART})\.({_PART})\.({_PART})")


class TableNameError(RecommenderError):
    """A text is no fully qualified table name."""


@dataclass(frozen=True)
class TableName:
    """A table's database, schema and name as Snowflake stores them: resolved, without quotes.

    Two spellings of one table are equal.
    """

    database: str
    schema: str
    table: str
    #: The name as it was spelled: what IDENTIFIER is bound to, and what messages show.
    text: str = field(compare=False)

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
        database, schema, table = map(_resolve, match.groups())
        return cls(database, schema, table, text)

    def __str__(self) -> str:
        return self.text


def _resolve(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.upper()

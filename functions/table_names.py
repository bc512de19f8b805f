"""Table names as a SQL user writes them, resolved as Snowflake does and limited to the stack's own.

Source: https://docs.snowflake.com/en/sql-reference/identifiers-syntax. A bare part is folded to
upper case, a quoted one is kept, `""` stands for a quote.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from functions import error_codes
from functions.errors import RefusedError

_PART = r'(?:"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)'
_DOT = r"\s*\.\s*"
_NAME = re.compile(rf"{_PART}(?:{_DOT}{_PART}){{0,2}}")
_WITHOUT_SCHEMA = re.compile(rf"{_PART}{_DOT}{_DOT}{_PART}")
#: Schema between two dots: https://docs.snowflake.com/en/sql-reference/name-resolution
_DEFAULT_SCHEMA = "PUBLIC"
_LONGEST_PART = 255
_BARE = re.compile(r"[A-Z_][A-Z0-9_$]*")

#: Words that are names only between quotes (Snowflake's page "Reserved & limited keywords").
_RESERVED = frozenset(
    # as text, because a hundred words between quotes and commas are hard to read
    """
    ACCOUNT ALL ALTER AND ANY AS BETWEEN BY CASE CAST CHECK COLUMN CONNECT CONNECTION CONSTRAINT
    CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DATABASE DELETE
    DISTINCT DROP ELSE EXISTS FALSE FOLLOWING FOR FROM FULL GRANT GROUP GSCLUSTER HAVING ILIKE IN
    INCREMENT INNER INSERT INTERSECT INTO IS ISSUE JOIN LATERAL LEFT LIKE LOCALTIME LOCALTIMESTAMP
    MINUS NATURAL NOT NULL OF ON OR ORDER ORGANIZATION QUALIFY REGEXP REVOKE RIGHT RLIKE ROW ROWS
    SAMPLE SCHEMA SELECT SET SOME START TABLE TABLESAMPLE THEN TO TRIGGER TRUE TRY_CAST UNION
    UNIQUE UPDATE USING VALUES VIEW WHEN WHENEVER WHERE WITH
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class TableName:
    """A table's database, schema and name as Snowflake stores them, without quotes."""

    database: str
    schema: str
    table: str

    def __str__(self) -> str:
        """Fully qualified, each part between quotes where it needs them."""
        return ".".join(map(_quoted, (self.database, self.schema, self.table)))

    def is_same_as(self, other: "TableName") -> bool:
        """True where both name one table; a difference in case alone is too close to allow."""
        return self._folded() == other._folded()

    def _folded(self) -> list[str]:
        return [part.casefold() for part in (self.database, self.schema, self.table)]


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """The databases and schemas in which a caller's table names are resolved."""

    #: The stack's own database: no other may be named.
    database: str
    #: Schema of bare names when the caller has none.
    default_schema: str
    #: Schemas that may be named; empty: every schema of the database.
    allowed_schemas: Collection[str]
    #: The caller's current database and schema, where known.
    current_database: str | None = None
    current_schema: str | None = None

    def resolve(self, text: str) -> TableName:
        """The one table that `text` names for this caller.

        Args:
            text: `table`, `schema.table`, `database.schema.table`, or `database..table` of the
                schema PUBLIC; blanks around names and dots do not count.

        Raises:
            RefusedError: `text` is no table name, or names what this stack may not touch.
        """
        name = self._qualify(_parts(text))
        if name.database != self.database:
            raise RefusedError(
                error_codes.TABLE_REFUSED,
                f"The table {_shortened(text)} is outside the database {self.database}: use a table"
                " of that database.",
            )
        # DuckDB and careless quoting both blur the case of this one; nobody may train on it.
        if name.schema.upper() == "INFORMATION_SCHEMA" or not self._allows(name.schema):
            raise RefusedError(
                error_codes.TABLE_REFUSED,
                f"The schema of the table {_shortened(text)}, {name.schema[:80]}, is not one that"
                f" trainings may use{self._allowed_list()}.",
            )
        return name

    def _qualify(self, parts: list[str]) -> TableName:
        database = self.current_database or self.database
        at_home = database == self.database
        schema = self.current_schema or (self.default_schema if at_home else "PUBLIC")
        match parts:
            case [table]:
                return TableName(database, schema, table)
            case [schema, table]:
                return TableName(database, schema, table)
            case _:
                return TableName(*parts)

    def _allows(self, schema: str) -> bool:
        return not self.allowed_schemas or schema in self.allowed_schemas

    def _allowed_list(self) -> str:
        return f": {', '.join(sorted(self.allowed_schemas))}" if self.allowed_schemas else ""


def _parts(text: str) -> list[str]:
    text = text.strip()
    has_no_schema = _WITHOUT_SCHEMA.fullmatch(text) is not None
    # SageMaker's hyperparameters hold one line of text; nobody names tables otherwise.
    if not (has_no_schema or _NAME.fullmatch(text)) or not text.isprintable():
        raise RefusedError(
            error_codes.INVALID_TABLE_NAME,
            f"{_shortened(text)} is not a table name: write table, schema.table or"
            " database.schema.table.",
        )
    parts = [_stored(part) for part in re.findall(_PART, text)]
    if has_no_schema:
        parts.insert(1, _DEFAULT_SCHEMA)
    if any(len(part) > _LONGEST_PART for part in parts):
        raise RefusedError(
            error_codes.INVALID_TABLE_NAME,
            f"{_shortened(text)} is longer than Snowflake's {_LONGEST_PART} characters a name.",
        )
    return parts


def _stored(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.upper()


def _quoted(part: str) -> str:
    if _BARE.fullmatch(part) and part not in _RESERVED:
        return part
    return '"' + part.replace('"', '""') + '"'


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:80] + "...")

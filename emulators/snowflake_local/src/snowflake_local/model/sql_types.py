"""Snowflake's types in the signature of an external function, and their casts in DuckDB."""

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import Reader

#: The macro that prints a value as Snowflake's cast to VARCHAR does; made by the warehouse.
TEXT_MACRO = "_fs_global.main._snowflake_text"
#: The macro that is TRY_CAST to 64 bits, and fails where 128 would do.
NARROW_MACRO = "_fs_global.main._try_whole_number"

_FAMILIES = {
    "VARCHAR": ("VARCHAR", "STRING", "TEXT", "CHAR", "CHARACTER", "NVARCHAR"),
    "NUMBER": ("NUMBER", "DECIMAL", "NUMERIC", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT"),
    "FLOAT": ("FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "REAL"),
    "BOOLEAN": ("BOOLEAN",),
    "VARIANT": ("VARIANT",),
    "OBJECT": ("OBJECT",),
    "ARRAY": ("ARRAY",),
    "DATE": ("DATE",),
    "TIME": ("TIME",),
    "TIMESTAMP_NTZ": ("TIMESTAMP_NTZ", "TIMESTAMP", "DATETIME"),
}
_FAMILY_OF = {alias: family for family, aliases in _FAMILIES.items() for alias in aliases}
_SEMI_STRUCTURED = frozenset({"VARIANT", "OBJECT", "ARRAY"})


@dataclass(frozen=True)
class SqlType:
    """A type by its family; precision and scale matter for NUMBER alone."""

    family: str
    precision: int = 38
    scale: int = 0

    @classmethod
    def read(cls, reader: Reader) -> "SqlType":
        """Read a type from a statement."""
        word = reader.identifier()
        family = _FAMILY_OF.get(word)
        if family is None:
            raise SqlError.compilation(f"Unsupported data type '{word}'.", 2040, "42601")
        if word == "DOUBLE":
            reader.accept("PRECISION")
        sizes = (
            [int(token.text) for token in reader.parenthesised() if token.kind == "number"]
            if reader.peek().keyword == "("
            else []
        )
        return cls(family, *sizes[:2]) if family == "NUMBER" else cls(family)

    @property
    def in_engine(self) -> str:
        """The type in DuckDB."""
        if self.family == "NUMBER":
            return f"DECIMAL({self.precision}, {self.scale})"
        if self.family in _SEMI_STRUCTURED:
            return "JSON"
        return {"FLOAT": "DOUBLE", "TIMESTAMP_NTZ": "TIMESTAMP"}.get(self.family, self.family)

    def argument(self, expression: str) -> str:
        """SQL that turns a value of any type into the JSON value of an argument of this type."""
        if self.family in _SEMI_STRUCTURED:
            return f"to_json({expression})"
        if self.family in {"NUMBER", "FLOAT", "BOOLEAN"}:
            return f"CAST({expression} AS {self.in_engine})"
        if self.family == "VARCHAR":
            return f"{TEXT_MACRO}({expression})"
        return f"{TEXT_MACRO}(CAST({expression} AS {self.in_engine}))"

    def returned(self, value: Any, encode: Any) -> str | None:
        """The text from which DuckDB casts a returned JSON value; `encode` writes JSON.

        Raises:
            SqlError: The value cannot be cast to this type.
        """
        if value is None:
            return None
        if self.family in _SEMI_STRUCTURED:
            return str(encode(value))
        if isinstance(value, (dict, list)) or not self._takes(value):
            wanted = _CAST_NAMES.get(self.family, self.family)
            raise SqlError(
                f"Failed to cast variant value {encode(value)} to {wanted}", 100071, "22000"
            )
        return _scalar_text(value)

    def _takes(self, value: Any) -> bool:
        if self.family in {"FLOAT", "NUMBER"}:
            return not isinstance(value, bool) and _is_number(value)
        if self.family == "BOOLEAN":
            return isinstance(value, bool) or str(value).lower() in {"true", "false"}
        return True

    def __str__(self) -> str:
        return self.family


_CAST_NAMES = {"FLOAT": "REAL", "NUMBER": "FIXED"}


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(Decimal(str(value).strip()))
    except InvalidOperation:
        return False


def _scalar_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

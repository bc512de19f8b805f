"""External functions: their definitions, the macros that make them callable, and the calls.

One function of DuckDB carries every call: a macro per external function casts the arguments as
declared, packs them into a JSON array and hands over, as hidden arguments, the query's id and
the function's key. The engine shares that function between sessions and runs it on its own
threads, so the query's id is the only way to know whose schema and user are meant; and it gives
the row count to functions without arguments.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from snowflake_local.model.batch_protocol import BatchRow, encode_json
from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query
from snowflake_local.model.sql_types import SqlType
from snowflake_local.model.syntax import Name

#: The one function that DuckDB calls for all external functions.
ENGINE_FUNCTION = "_external_call"
#: The session variable that holds the id of the running query.
QUERY_VARIABLE = "external_call_query"
#: Batches of one vector of the engine that are under way at once.
_BATCHES_AT_ONCE = 8

Send = Callable[["ExternalFunction", Query, Sequence[BatchRow]], list[Any]]


@dataclass(frozen=True)
class Argument:
    """A declared argument."""

    name: str
    type: SqlType


@dataclass(frozen=True, kw_only=True)
class ExternalFunction:
    """A definition, as CREATE EXTERNAL FUNCTION states it."""

    name: Name
    arguments: tuple[Argument, ...]
    returns: SqlType
    not_null: bool
    #: RETURNS NULL ON NULL INPUT: rows with a NULL argument are not sent.
    strict: bool
    secure: bool
    immutable: bool
    comment: str
    integration: str
    headers: dict[str, str]
    #: Names of context functions, upper case.
    context_headers: tuple[str, ...]
    max_batch_rows: int | None
    compression: str
    url: str
    created_on: str

    @property
    def key(self) -> str:
        """Name and argument types: `DB.SCHEMA.NAME(VARCHAR, NUMBER)`."""
        return f"{self.name}{self.types}"

    @property
    def types(self) -> str:
        """Argument types: `(VARCHAR, NUMBER)`."""
        return f"({', '.join(str(argument.type) for argument in self.arguments)})"

    @property
    def signature(self) -> str:
        """Argument names and types, as the signature header states them."""
        return f"({', '.join(f'{a.name} {a.type}' for a in self.arguments)})"

    def to_document(self) -> dict[str, Any]:
        """The definition as JSON."""
        return asdict(self) | {"name": list(self.name)}

    @classmethod
    def from_document(cls, document: Any) -> "ExternalFunction":
        """The definition that `to_document` gave."""
        return cls(
            **(
                document
                | {
                    "name": Name(*document["name"]),
                    "arguments": tuple(
                        Argument(a["name"], SqlType(**a["type"])) for a in document["arguments"]
                    ),
                    "returns": SqlType(**document["returns"]),
                    "context_headers": tuple(document["context_headers"]),
                }
            )
        )

    def macro(self) -> str:
        """The parameters and body of the macro that stands for the function in DuckDB."""
        parameters = [f"argument_{position}" for position in range(len(self.arguments))]
        packed = ", ".join(
            argument.type.argument(parameter)
            for argument, parameter in zip(self.arguments, parameters, strict=True)
        )
        key = self.key.replace("'", "''")
        call = f"{ENGINE_FUNCTION}(getvariable('{QUERY_VARIABLE}'), '{key}', json_array({packed}))"
        return f"({', '.join(parameters)}) AS CAST({call} AS {self.returns.in_engine})"


def macro_name(name: Name) -> str:
    """The macro's name in DuckDB."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name)


class Caller:
    """Answers the engine's calls: rows in, values out, by way of the remote service."""

    def __init__(
        self,
        queries: Callable[[str], Query],
        functions: Callable[[str], ExternalFunction],
        send: Send,
    ) -> None:
        self._queries = queries
        self._functions = functions
        self._send = send

    def answer(self, query_ids: Any, keys: Any, arguments: Any) -> Any:
        """One vector of calls of one function in one query; see ENGINE_FUNCTION."""
        query = self._queries(query_ids[0].as_py())
        try:
            function = self._functions(keys[0].as_py())
            return pa.array(self._values(query, function, arguments.to_pylist()), pa.string())
        except Exception as error:
            # DuckDB buries it in a message of its own: the statement reports this one.
            query.fail(error)
            raise

    def _values(
        self, query: Query, function: ExternalFunction, packed: list[str]
    ) -> list[str | None]:
        rows: list[list[Any]] = json.loads(f"[{','.join(packed)}]", parse_float=Decimal)
        sent = [i for i, row in enumerate(rows) if not (function.strict and None in row)]
        answers = self._answers(query, function, [rows[i] for i in sent])
        values: list[str | None] = [None] * len(rows)
        for position, answer in zip(sent, answers, strict=True):
            values[position] = function.returns.returned(answer, encode_json)
            if answer is None and function.not_null:
                raise SqlError(
                    f"External function {function.name.name} is NOT NULL and returned NULL.",
                    100351,
                    "P0000",
                )
        return values

    def _answers(
        self, query: Query, function: ExternalFunction, rows: list[list[Any]]
    ) -> list[Any]:
        size = function.max_batch_rows or len(rows) or 1
        batches = [
            [BatchRow(number, tuple(row)) for number, row in enumerate(rows[start : start + size])]
            for start in range(0, len(rows), size)
        ]
        if len(batches) <= 1:
            return [value for batch in batches for value in self._send(function, query, batch)]
        with ThreadPoolExecutor(min(_BATCHES_AT_ONCE, len(batches))) as pool:
            futures = [pool.submit(self._send, function, query, batch) for batch in batches]
            try:
                return [value for future in futures for value in future.result()]
            finally:
                for future in futures:
                    future.cancel()

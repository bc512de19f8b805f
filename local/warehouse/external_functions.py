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
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from functions.external_function import Row, encode_json
from local.warehouse.errors import SqlError
from local.warehouse.query import Query
from local.warehouse.sql_types import SqlType
from local.warehouse.syntax import Name, Reader, quoted

#: The one function that DuckDB calls for all external functions.
ENGINE_FUNCTION = "_snowreel_external_call"
#: The session variable that holds the id of the running query.
QUERY_VARIABLE = "snowreel_query"
#: Batches of one vector of the engine that are under way at once.
_BATCHES_AT_ONCE = 8

Send = Callable[["ExternalFunction", Query, Sequence[Row]], list[Any]]


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
                    f"External function {function.name.name} is declared NOT NULL and returned NULL.",
                    100351,
                    "P0000",
                )
        return values

    def _answers(
        self, query: Query, function: ExternalFunction, rows: list[list[Any]]
    ) -> list[Any]:
        size = function.max_batch_rows or len(rows) or 1
        batches = [
            [Row(number, tuple(row)) for number, row in enumerate(rows[start : start + size])]
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


# --- CREATE EXTERNAL FUNCTION ---------------------------------------------------------------------


def read_definition(reader: Reader, name: Name, *, secure: bool) -> ExternalFunction:
    """Read a definition from its argument list on."""
    arguments = _read_arguments(reader)
    reader.expect("RETURNS")
    returns = SqlType.read(reader)
    options = _Options()
    options.read(reader)
    reader.expect("AS")
    url = reader.string()
    reader.end()
    if not options.integration:
        raise SqlError.compilation("Missing option(s): [API_INTEGRATION]", 1420, "42601")
    return ExternalFunction(
        name=name,
        arguments=arguments,
        returns=returns,
        secure=secure,
        url=url,
        created_on=datetime.now(UTC).isoformat(timespec="milliseconds"),
        not_null=options.not_null,
        strict=options.strict,
        immutable=options.immutable,
        comment=options.comment,
        integration=options.integration,
        headers=options.headers,
        context_headers=options.context_headers,
        max_batch_rows=options.max_batch_rows,
        compression=options.compression,
    )


def read_type_list(reader: Reader) -> str:
    """Read `(VARCHAR, NUMBER)`: what follows a function's name in DROP, DESCRIBE and GRANT."""
    reader.expect("(")
    types: list[str] = []
    while not reader.accept(")"):
        if types:
            reader.expect(",")
        types.append(str(SqlType.read(reader)))
    return f"({', '.join(types)})"


def _read_arguments(reader: Reader) -> tuple[Argument, ...]:
    reader.expect("(")
    arguments: list[Argument] = []
    while not reader.accept(")"):
        if arguments:
            reader.expect(",")
        arguments.append(Argument(reader.identifier(), SqlType.read(reader)))
    return tuple(arguments)


class _Options:
    """The clauses between RETURNS and AS, in any order."""

    not_null = False
    strict = False
    immutable = False
    comment = "user-defined function"
    integration = ""
    headers: dict[str, str]
    context_headers: tuple[str, ...] = ()
    max_batch_rows: int | None = None
    compression = "AUTO"

    def __init__(self) -> None:
        self.headers = {}

    def read(self, reader: Reader) -> None:
        while reader.peek().keyword != "AS":
            if not self._read_flag(reader):
                self._read_option(reader)

    def _read_flag(self, reader: Reader) -> bool:
        if reader.accept("NOT", "NULL"):
            self.not_null = True
        elif reader.accept("STRICT") or reader.accept("RETURNS", "NULL", "ON", "NULL", "INPUT"):
            self.strict = True
        elif reader.accept("IMMUTABLE"):
            self.immutable = True
        else:
            return (
                reader.accept("NULL")
                or reader.accept("CALLED", "ON", "NULL", "INPUT")
                or reader.accept("VOLATILE")
            )
        return True

    def _read_option(self, reader: Reader) -> None:
        option = reader.identifier()
        reader.expect("=")
        match option:
            case "COMMENT":
                self.comment = reader.string()
            case "API_INTEGRATION":
                self.integration = reader.identifier()
            case "HEADERS":
                self.headers = _read_headers(reader)
            case "CONTEXT_HEADERS":
                self.context_headers = _read_context_headers(reader)
            case "MAX_BATCH_ROWS":
                self.max_batch_rows = _read_batch_rows(reader)
            case "COMPRESSION":
                self.compression = _read_compression(reader)
            case _:
                raise SqlError.unsupported(
                    f"The option {option} of external functions is not emulated locally."
                )


_CONTEXT_FUNCTIONS = frozenset(
    f"CURRENT_{name}"
    for name in [
        "ACCOUNT",
        "CLIENT",
        "DATABASE",
        "DATE",
        "IP_ADDRESS",
        "REGION",
        "ROLE",
        "SCHEMA",
        "SCHEMAS",
        "SESSION",
        "STATEMENT",
        "TIME",
        "TIMESTAMP",
        "TRANSACTION",
        "USER",
        "VERSION",
        "WAREHOUSE",
    ]
) | {"LAST_QUERY_ID", "LAST_TRANSACTION", "LOCALTIME", "LOCALTIMESTAMP"}

_COMPRESSIONS = ("NONE", "AUTO", "GZIP", "DEFLATE")


def _read_headers(reader: Reader) -> dict[str, str]:
    headers: dict[str, str] = {}
    reader.expect("(")
    while not reader.accept(")"):
        if headers:
            reader.expect(",")
        name = reader.string()
        reader.expect("=")
        if "_" in name or not name.isascii():
            raise SqlError.compilation(f"Invalid header name '{name}': use letters, digits and -.")
        headers[name] = reader.string()
    if sum(len(name) + len(value) for name, value in headers.items()) > 8 * 1024:
        raise SqlError.compilation("The HEADERS of an external function may hold 8 KB at most.")
    return headers


def _read_context_headers(reader: Reader) -> tuple[str, ...]:
    names = tuple(token.value for token in reader.parenthesised() if token.keyword != ",")
    for name in names:
        if name not in _CONTEXT_FUNCTIONS:
            raise SqlError.compilation(f"Invalid context function '{name}' in CONTEXT_HEADERS.")
    return names


def _read_batch_rows(reader: Reader) -> int:
    token = reader.take()
    if not token.text.isdecimal() or int(token.text) < 1:
        raise SqlError.compilation(f"MAX_BATCH_ROWS must be a positive number, not {token.text}.")
    return int(token.text)


def _read_compression(reader: Reader) -> str:
    value = reader.take().value.upper()
    if value not in _COMPRESSIONS:
        raise SqlError.compilation(f"COMPRESSION must be one of {', '.join(_COMPRESSIONS)}.")
    return value


def quoted_literal(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


__all__ = [
    "Argument",
    "Caller",
    "ExternalFunction",
    "macro_name",
    "quoted",
    "quoted_literal",
    "read_definition",
    "read_type_list",
]

"""Reading CREATE EXTERNAL FUNCTION and the type lists that name a function."""

from datetime import UTC, datetime

from snowflake_local.model.errors import SqlError
from snowflake_local.model.sql_types import SqlType
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.objects.external_functions import Argument, ExternalFunction


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


#: Those of Snowflake's context functions that a session of the local warehouse can answer.
_CONTEXT_FUNCTIONS = frozenset(
    {
        "CURRENT_ACCOUNT",
        "CURRENT_CLIENT",
        "CURRENT_DATABASE",
        "CURRENT_DATE",
        "CURRENT_IP_ADDRESS",
        "CURRENT_REGION",
        "CURRENT_ROLE",
        "CURRENT_SCHEMA",
        "CURRENT_SESSION",
        "CURRENT_STATEMENT",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "CURRENT_WAREHOUSE",
    }
)

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
            raise SqlError.compilation(
                f"The context function '{name}' in CONTEXT_HEADERS is not one of "
                f"{', '.join(sorted(_CONTEXT_FUNCTIONS))}."
            )
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

"""CREATE, DROP, SHOW and DESCRIBE of external functions: catalog and macros in step."""

import json
from collections.abc import Callable

from duckdb import DuckDBPyConnection

from snowflake_local.access.gate import Gate
from snowflake_local.access.requirement import creation, need, owned, seen
from snowflake_local.access.securable import Securable
from snowflake_local.model.errors import SqlError
from snowflake_local.model.statement_result import StatementResult
from snowflake_local.model.syntax import Name, Reader
from snowflake_local.objects.api_integration import check_call
from snowflake_local.objects.catalog import Catalog
from snowflake_local.objects.external_functions import (
    ExternalFunction,
    macro_name,
)
from snowflake_local.objects.function_syntax import read_definition, read_type_list

Resolve = Callable[[list[str]], Name]


class FunctionCatalog:
    """All external functions of the warehouse."""

    def __init__(
        self, catalog: Catalog, connection: DuckDBPyConnection, address: Callable[[str], str]
    ) -> None:
        self._catalog = catalog
        self._connection = connection
        self._address = address
        self._overloads: dict[tuple[Name, int], list[str]] = {}
        self._version = -1

    def restore(self) -> None:
        """Make the macros anew: a crash may have come between catalog and macro."""
        for function in self.all():
            self._make_macro(function.name)

    def all(self) -> list[ExternalFunction]:
        """Every function, by name."""
        return [
            ExternalFunction.from_document(document)
            for document in self._catalog.all("FUNCTION").values()
        ]

    def called(self, key: str) -> ExternalFunction:
        """The function that is about to be called, if its integration still lets it."""
        function = self._find(key)
        check_call(self._catalog, function.integration, function.url)
        return function

    def create(self, reader: Reader, resolve: Resolve, gate: Gate) -> StatementResult:
        """CREATE [OR REPLACE] [SECURE] EXTERNAL FUNCTION [IF NOT EXISTS] ..."""
        reader.expect("CREATE")
        replace = reader.accept("OR", "REPLACE")
        secure = reader.accept("SECURE")
        reader.expect("EXTERNAL", "FUNCTION")
        if_not_exists = reader.accept("IF", "NOT", "EXISTS")
        name = resolve(reader.parts())
        function = read_definition(reader, name, secure=secure)
        made = Securable.named("FUNCTION", function.key)
        gate.require(creation(made))
        if self._catalog.get("FUNCTION", function.key) is not None and not replace:
            if if_not_exists:
                return StatementResult.status(f"{name.name} already exists, statement succeeded.")
            raise SqlError.exists(name.name)
        if self._catalog.get("FUNCTION", function.key) is not None:
            gate.require(owned(made))
        gate.require(need("USAGE", Securable("INTEGRATION", (function.integration,))))
        self._check(function)
        self._catalog.put("FUNCTION", function.key, function.to_document())
        gate.created(made, reads=(("USAGE", "INTEGRATION", function.integration),))
        self._make_macro(name)
        return StatementResult.status(f"Function {name.name} successfully created.")

    def drop(self, reader: Reader, resolve: Resolve, gate: Gate) -> StatementResult:
        """DROP FUNCTION [IF EXISTS] name(types)."""
        reader.expect("DROP", "FUNCTION")
        if_exists = reader.accept("IF", "EXISTS")
        parts = reader.parts()
        types = read_type_list(reader)
        reader.end()
        try:
            function = self._find(f"{resolve(parts)}{types}")
        except SqlError:
            if if_exists:
                return StatementResult.status(
                    f"Drop statement executed successfully ({parts[-1]} already dropped)."
                )
            raise
        on = Securable.named("FUNCTION", function.key)
        gate.require(owned(on))
        self._remove([function])
        gate.dropped(on)
        return StatementResult.status(f"{parts[-1]} successfully dropped.")

    def drop_all(self, database: str, schema: str | None = None) -> None:
        """Forget the functions of a schema or database that is gone."""
        self._remove(
            [
                function
                for function in self.all()
                if function.name.database == database and schema in {None, function.name.schema}
            ],
            macros=False,
        )

    def overloads(self, name: Name, arity: int) -> list[str]:
        """Keys of the functions that a call with so many arguments may mean."""
        if self._version != self._catalog.version:
            self._version = self._catalog.version
            self._overloads = {}
            for function in self.all():
                key = (function.name, len(function.arguments))
                self._overloads.setdefault(key, []).append(function.key)
        return self._overloads.get((name, arity), [])

    def show(
        self, like: Callable[[str], bool], visible: Callable[[Name], bool], gate: Gate
    ) -> StatementResult:
        """SHOW [EXTERNAL | USER] FUNCTIONS [LIKE pattern] [IN ...]."""
        columns = (
            "created_on",
            "name",
            "catalog_name",
            "schema_name",
            "min_num_arguments",
            "max_num_arguments",
            "arguments",
            "description",
            "is_builtin",
            "is_aggregate",
            "is_table_function",
            "is_secure",
            "is_external_function",
            "language",
        )
        constants = dict.fromkeys(("is_builtin", "is_aggregate", "is_table_function"), "N")
        return StatementResult.table(
            columns,
            [
                constants
                | {
                    "created_on": function.created_on,
                    "name": function.name.name,
                    "schema_name": function.name.schema,
                    "catalog_name": function.name.database,
                    "min_num_arguments": str(len(function.arguments)),
                    "max_num_arguments": str(len(function.arguments)),
                    "arguments": f"{function.name.name}{function.types} RETURN {function.returns}",
                    "description": function.comment,
                    "is_secure": "Y" if function.secure else "N",
                    "is_external_function": "Y",
                    "language": "EXTERNAL",
                }
                for function in self.all()
                if like(function.name.name)
                and visible(function.name)
                and gate.sees(Securable.named("FUNCTION", function.key))
            ],
        )

    def describe(self, reader: Reader, resolve: Resolve, gate: Gate) -> StatementResult:
        """{DESCRIBE | DESC} FUNCTION name(types)."""
        reader.take()
        reader.expect("FUNCTION")
        name = resolve(reader.parts())
        function = self._find(f"{name}{read_type_list(reader)}")
        reader.end()
        gate.require(seen(Securable.named("FUNCTION", function.key)))
        context = [name.lower() for name in function.context_headers]
        properties = {
            "signature": function.signature,
            "returns": str(function.returns) + (" NOT NULL" if function.not_null else ""),
            "language": "EXTERNAL",
            "null handling": "RETURNS NULL ON NULL INPUT"
            if function.strict
            else "CALLED ON NULL INPUT",
            "volatility": "IMMUTABLE" if function.immutable else "VOLATILE",
            "body": function.url,
            "headers": json.dumps(function.headers) if function.headers else "null",
            "context_headers": json.dumps(context) if context else "null",
            "max_batch_rows": str(function.max_batch_rows or "not set"),
            "compression": function.compression,
            "api_integration": function.integration,
        }
        return StatementResult(("property", "value"), list(properties.items()))

    def require(self, key: str) -> None:
        """Raise SqlError unless the function exists."""
        self._find(key)

    def _find(self, key: str) -> ExternalFunction:
        document = self._catalog.get("FUNCTION", key)
        if document is None:
            raise SqlError.missing("Function", key)
        return ExternalFunction.from_document(document)

    def _check(self, function: ExternalFunction) -> None:
        check_call(self._catalog, function.integration, function.url)
        self._address(function.url)
        for other in self.all():
            same_arity = len(other.arguments) == len(function.arguments)
            if other.name == function.name and same_arity and other.key != function.key:
                raise SqlError.unsupported(
                    f"{function.key} and {other.key} differ by argument types alone, "
                    "which the local warehouse cannot tell apart: drop the other one first."
                )

    def _remove(self, functions: list[ExternalFunction], *, macros: bool = True) -> None:
        for function in functions:
            self._catalog.remove("FUNCTION", function.key)
            if macros:
                self._make_macro(function.name)

    def _make_macro(self, name: Name) -> None:
        overloads = [function.macro() for function in self.all() if function.name == name]
        if overloads:
            self._connection.execute(
                f"CREATE OR REPLACE MACRO {macro_name(name)} {', '.join(overloads)}"
            )
        else:
            self._connection.execute(f"DROP MACRO IF EXISTS {macro_name(name)}")

"""The connector's wire format: statements and bindings in, result sets out."""

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snowflake_local.engine import arrow_results
from snowflake_local.engine.fakesnow_adapter import (
    DML_TYPE_IDS,
    INSERT,
    SELECT,
    describe_as_rowtype,
    from_binding,
    statement_type_id,
)
from snowflake_local.model.query import Query

if TYPE_CHECKING:
    from snowflake_local.engine.cursor import Cursor
    from snowflake_local.engine.session import Session

QUERY_IN_PROGRESS = "333333"
QUERY_IN_PROGRESS_ASYNC = "333334"


@dataclass(frozen=True)
class Submission:
    """A statement as a client submitted it."""

    statement: str
    #: Values to bind: by position, by name, or none.
    parameters: Any
    #: Rows of an array binding: the statement runs once for each.
    batch: list[tuple[Any, ...]] | None
    describe_only: bool
    asynchronous: bool

    @classmethod
    def from_document(cls, document: Any) -> "Submission":
        """Read a query request's JSON body."""
        parameters, batch = _bound(document.get("bindings") or {})
        return cls(
            statement=document["sqlText"],
            parameters=parameters,
            batch=batch,
            describe_only=bool(document.get("describeOnly")),
            asynchronous=bool(document.get("asyncExec")),
        )

    def run(self, session: "Session", query: Query) -> dict[str, Any]:
        """Run the statement and give the response's document."""
        cursor = session.cursor()
        if self.describe_only:
            return _described(session, cursor, self.statement, query)
        rows = [self.parameters] if self.batch is None else self.batch
        affected = 0
        for row in rows:
            cursor.execute(self.statement, binding_params=row, server=True, query=query)
            affected += cursor.rowcount or 0
        upload = cursor.upload
        if upload is not None:
            return {"data": upload, "success": True}
        return _result(session, cursor, None if self.batch is None else affected)


def failure(error: Any, query: Query) -> dict[str, Any]:
    """The response's document for a statement that failed."""
    code = f"{error.errno:06d}"
    return {
        "data": {"errorCode": code, "sqlState": error.sqlstate, "queryId": query.id},
        "code": code,
        "message": error.raw_msg if hasattr(error, "raw_msg") else error.msg,
        "success": False,
    }


def in_progress(query: Query, *, asynchronous: bool) -> dict[str, Any]:
    """The response's document that makes the client ask again."""
    code = QUERY_IN_PROGRESS_ASYNC if asynchronous else QUERY_IN_PROGRESS
    return {
        "data": {
            "queryId": query.id,
            "getResultUrl": f"/queries/{query.id}/result",
            "queryAbortsAfterSecs": 300,
            "progressDesc": None,
        },
        "code": code,
        "message": "Query execution in progress.",
        "success": True,
    }


def _bound(bindings: dict[str, Any]) -> tuple[Any, list[tuple[Any, ...]] | None]:
    if not bindings:
        return None, None
    if not all(key.isdigit() for key in bindings):
        return {name: _value(binding) for name, binding in bindings.items()}, None
    ordered = [bindings[str(position)] for position in range(1, len(bindings) + 1)]
    if any(isinstance(binding["value"], list) for binding in ordered):
        columns = [
            [_value({**binding, "value": value}) for value in binding["value"]]
            for binding in ordered
        ]
        return None, list(zip(*columns, strict=True))
    return tuple(_value(binding) for binding in ordered), None


def _value(binding: dict[str, Any]) -> Any:
    if binding["value"] is None:
        return None
    if binding["type"] == "REAL":
        return float(binding["value"])
    return from_binding(binding)


def _session_facts(session: "Session") -> dict[str, Any]:
    return {
        "parameters": [{"name": "TIMEZONE", "value": "Etc/UTC"}],
        "finalDatabaseName": session.database,
        "finalSchemaName": session.schema,
        "finalWarehouseName": session.warehouse_name,
        "finalRoleName": session.role,
    }


def _result(session: "Session", cursor: "Cursor", batch_count: int | None) -> dict[str, Any]:
    columns = cursor.describe_last()
    rowtype = describe_as_rowtype(columns)
    table = arrow_results.with_whole_numbers(cursor.arrow_table, columns)
    kind = cursor.type_id
    data = {
        "rowtype": rowtype,
        "total": 1 if batch_count is not None else table.num_rows,
        "returned": 1 if batch_count is not None else table.num_rows,
        "queryId": cursor.sfqid,
        "statementTypeId": kind,
        **_session_facts(session),
    }
    if kind in DML_TYPE_IDS:
        # Clients read the number of affected rows from a JSON row set.
        counts = [[str(batch_count)]] if batch_count is not None else _text_rows(table)
        data |= {"queryResultFormat": "json", "rowset": counts}
    else:
        # Snowflake sends no Arrow batch where there is no row, and the connector cannot read one.
        arrow = arrow_results.stream(table, rowtype) if table.num_rows else b""
        encoded = b64encode(arrow).decode()
        data |= {"queryResultFormat": "arrow", "rowsetBase64": encoded}
    return {"data": data, "success": True}


def _text_rows(table: Any) -> list[list[str | None]]:
    columns = [column.to_pylist() for column in table.columns]
    return [
        [None if value is None else str(value) for value in row]
        for row in zip(*columns, strict=True)
    ]


def _described(
    session: "Session", cursor: "Cursor", statement: str, query: Query
) -> dict[str, Any]:
    columns, expression, placeholders = cursor.describe_statement(statement, query)
    kind = statement_type_id(expression)
    is_select = kind == SELECT
    data = {
        "rowtype": describe_as_rowtype(columns),
        "total": 0,
        "returned": 0,
        "queryId": query.id,
        "statementTypeId": kind,
        "numberOfBinds": placeholders,
        "arrayBindSupported": kind == INSERT,
        **_session_facts(session),
    }
    empty = (
        {"queryResultFormat": "arrow", "rowsetBase64": ""}
        if is_select
        else {"queryResultFormat": "json", "rowset": []}
    )
    return {"data": data | empty, "success": True}

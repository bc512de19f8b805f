"""The OpenAPI 3.1 document, built from the routes, the handlers' types and the error table."""

from functools import reduce
from operator import or_
from typing import Any

from pydantic import TypeAdapter

from functions.api_document.error_catalogue import codes_of
from functions.arguments import Schema
from functions.batch_contract import rows
from functions.external_function import BATCH_ID_HEADER, CONTEXT_PREFIX, QUERY_ID_HEADER
from functions.operation import Operation
from functions.routes import ROUTES, STAGE

_REASONS = {
    400: "The request is refused as a whole.",
    403: "The caller is not known, not allowed, or asks for what does not exist.",
    404: "Nothing is under way under this batch id.",
    413: "The request or its answer is too large.",
    415: "The content encoding is not served.",
    429: "Not now: send the same request again, with the same batch id.",
    431: "The headers are too large.",
    500: "The service failed.",
    502: "The service ended without an answer.",
    504: "The service did not answer in time.",
}
_POST_REFUSALS = (400, 403, 413, 415, 429, 431, 500, 502, 504)
_GET_REFUSALS = (400, 403, 404, 429, 431, 500, 502, 504)

_INTRODUCTION = """\
The functions that Snowflake calls as external functions, for integrators.

Every request is a batch: `{"data": [[row number, argument, ...], ...]}`; its answer has the same
row numbers in the same order. Requests are signed with AWS Signature Version 4 (service
`execute-api`) and carry a batch id, which names the work: the same request with the same batch id
never does it twice."""


def build() -> Schema:
    """The document."""
    schemas: dict[str, Schema] = {"Error": _ERROR, "InProgress": _IN_PROGRESS}
    paths = {route.path: _path(route, schemas) for route in ROUTES}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Snowreel",
            "version": STAGE,
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [_SERVER],
        "security": [{"signature": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"signature": _SIGNATURE},
            "parameters": _PARAMETERS,
            "responses": {str(status): _refusal(status) for status in _REASONS},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def resources_table() -> str:
    """The resources as `docs/api.md` shows them."""
    lines = [
        "| resource | SQL function | arguments of a row | rows a batch | polling |",
        "| --- | --- | --- | --- | --- |",
    ]
    for route in ROUTES:
        arguments = f"`{', '.join(route.argument_names)}`" if route.arguments else "none"
        polling = "yes" if route.waits else "no"
        names = f"`{route.path}` | `{route.sql_function}` | {arguments}"
        lines.append(f"| {names} | {rows.of_batch(route):,} | {polling} |")
    return "\n".join(lines) + "\n"


# --- paths ----------------------------------------------------------------------------------------


def _path(operation: Operation, schemas: dict[str, Schema]) -> Schema:
    name = operation.sql_function.title().replace("_", "")
    schemas[f"{name}Request"] = _request_schema(operation)
    schemas[f"{name}Answer"] = _batch([_value_schema(operation, schemas)])
    return {
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in _PARAMETERS],
        "post": _post(operation, name),
        "get": _get(operation, name),
    }


def _post(operation: Operation, name: str) -> Schema:
    return {
        "operationId": operation.sql_function,
        "summary": operation.summary,
        "description": _described(operation),
        "requestBody": {
            "required": True,
            "content": _content(f"{name}Request", {"data": operation.example.rows}),
        },
        "responses": {
            "200": _done(name, operation.example.answers),
            **({"202": _STILL_RUNNING} if operation.waits else {}),
            **_refusals(_POST_REFUSALS),
        },
    }


def _get(operation: Operation, name: str) -> Schema:
    found = {"200": _done(name, operation.example.answers), "202": _STILL_RUNNING}
    return {
        "operationId": f"poll_{operation.sql_function}",
        "summary": f"How the work of a batch of {operation.sql_function} stands.",
        "description": (
            "Send the batch id of the POST that was answered 202."
            if operation.waits
            else "This function answers its POST at once: polling finds nothing."
        ),
        "responses": (found if operation.waits else {}) | _refusals(_GET_REFUSALS),
    }


def _described(operation: Operation) -> str:
    rows = "one row" if operation.single_row else "any number of rows"
    call = f"`{operation.sql_function}({', '.join(operation.argument_names)})`"
    sentences = (f"{call} in SQL; {rows} a batch.", operation.description)
    return "\n\n".join(sentence for sentence in sentences if sentence)


def _done(name: str, rows: list[Any]) -> Schema:
    return {
        "description": "One value for each row, in the order of the rows.",
        "content": _content(f"{name}Answer", {"data": rows}),
    }


def _content(schema: str, example: Any) -> Schema:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"application/json": {"schema": reference, "examples": {"usual": {"value": example}}}}


def _refusals(statuses: tuple[int, ...]) -> Schema:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _refusal(status: int) -> Schema:
    codes = codes_of(status)
    listed = "\n".join(f"- `{error.code}`: {error.meaning} {error.remedy}" for error in codes)
    body = {"code": codes[0].code, "message": codes[0].meaning, "request_id": "6a2f..."}
    return {
        "description": f"{_REASONS[status]}\n\n{listed}",
        "content": _content("Error", {"error": body}),
    }


# --- schemas --------------------------------------------------------------------------------------


def _request_schema(operation: Operation) -> Schema:
    cells = [{"title": each.name, **each.schema} for each in operation.arguments]
    schema = _batch(cells, operation.optional)
    if operation.single_row:
        schema["properties"]["data"]["maxItems"] = 1
    return schema


def _batch(cells: list[Schema], optional: int = 0) -> Schema:
    """A batch of rows that each have a number and these cells, some of which may be missing."""
    row = {
        "type": "array",
        "prefixItems": [{"title": "row number", "type": "integer"}, *cells],
        "items": False,
        "minItems": 1 + len(cells) - optional,
    }
    return {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": row}},
    }


def _value_schema(operation: Operation, schemas: dict[str, Schema]) -> Schema:
    adapter: TypeAdapter[Any] = TypeAdapter(reduce(or_, operation.answer_types()))
    schema = adapter.json_schema(ref_template="#/components/schemas/{model}")
    for name, definition in schema.pop("$defs", {}).items():
        schemas[name] = definition | {"additionalProperties": False}
    return {"title": "value"} | schema


_ERROR: Schema = {
    "type": "object",
    "description": "Why the request as a whole was refused.",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string", "description": "Stable; decide by it."},
                "message": {"type": "string", "description": "One sentence for people."},
                "request_id": {"type": "string", "description": "Finds the request in the log."},
            },
        }
    },
}
_IN_PROGRESS: Schema = {
    "type": "object",
    "required": ["status"],
    "additionalProperties": False,
    "properties": {"status": {"const": "InProgress"}},
}
_STILL_RUNNING: Schema = {
    "description": "The work goes on: send a GET with the same batch id in a few seconds.",
    "content": _content("InProgress", {"status": "InProgress"}),
}
_PARAMETERS: Schema = {
    "BatchId": {
        "name": BATCH_ID_HEADER,
        "in": "header",
        "required": True,
        "description": "Names the batch and its work; a new one for new work, for example a UUID.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 256},
        "example": "0198c1f2-7d3a-7c44-9a65-0e6f4f1f2b3c",
    },
    "QueryId": {
        "name": QUERY_ID_HEADER,
        "in": "header",
        "description": "Correlation id for the log.",
        "schema": {"type": "string", "maxLength": 256},
    },
    "CurrentDatabase": {
        "name": f"{CONTEXT_PREFIX}current-database",
        "in": "header",
        "description": "Database of bare table names.",
        "schema": {"type": "string", "maxLength": 255},
    },
    "CurrentSchema": {
        "name": f"{CONTEXT_PREFIX}current-schema",
        "in": "header",
        "description": "Schema of bare table names.",
        "schema": {"type": "string", "maxLength": 255},
    },
}
_SIGNATURE: Schema = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "description": "AWS Signature Version 4, service `execute-api`.",
    "x-amazon-apigateway-authtype": "awsSigv4",
}
_SERVER: Schema = {
    "url": f"https://{{api_id}}.execute-api.{{region}}.amazonaws.com/{STAGE}",
    "variables": {
        "api_id": {"default": "your-api", "description": "From the output of the deployment."},
        "region": {"default": "us-east-1"},
    },
}

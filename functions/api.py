"""The boundary of the Lambda functions: events in, Snowflake's answers or our errors out.

A function of the API is a rule from a decoded batch to one value per row; everything else is here:
envelope, row numbers, statuses, the one shape of errors.
"""

import base64
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types

from functions import error_codes, telemetry
from functions.answers import Refusal
from functions.deadline import BUDGET_SECONDS, Deadline
from functions.errors import AnswerTooLargeError, ApiError, RefusedError, UnknownBatchError
from functions.external_function import (
    BATCH_ID_HEADER,
    CONTEXT_PREFIX,
    DONE,
    QUERY_ID_HEADER,
    STILL_RUNNING,
    BatchError,
    BatchTooLargeError,
    Row,
    context_value,
    decode_request,
    encode_json,
    encode_response,
)
from functions.names import LONGEST_MODEL_NAME
from functions.routes import ROUTES, Route
from functions.telemetry import RequestRecord, logger, metrics, tracer

#: A Lambda function's answer may have 6 MB, its envelope included.
MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 64 * 1024

_ROUTES = {route.path: route for route in ROUTES}

#: Status of a batch that fails with the refusal of a row: a FLOAT has no room for it.
FAILED_BATCH = 400

#: Models that a log line names.
_MODELS_NAMED = 5

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One request: a batch of rows, or the question how the work of a batch stands."""

    id: str
    rows: list[Row]
    headers: Mapping[str, str]
    deadline: Deadline

    def current(self, what: str) -> str | None:
        """The caller's current `database` or `schema`, where Snowflake sent it."""
        return context_value(self.headers, f"{CONTEXT_PREFIX}current-{what}") or None


class Pending:
    """The work goes on: 202, and Snowflake asks again."""


PENDING = Pending()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a function of the API does."""

    #: One value per row, in their order; Pending only where there is `poll`.
    answer: Callable[[Batch], list[Any] | Pending]
    #: How the work of a batch stands: its row number and value, once done.
    poll: Callable[[Batch], tuple[int, Any] | Pending] | None = None


def refusal(error: RefusedError) -> Refusal:
    """The value of a row that is refused."""
    return {"error": {"code": error.code, "message": str(error)}}


def attempt(rule: Callable[..., Any], *arguments: Any) -> Any:
    """The rule's value, or the refusal as the value of its row."""
    try:
        return rule(*arguments)
    except RefusedError as error:
        return refusal(error)


def each_row(rule: Callable[[Batch, Row], Any]) -> Callable[[Batch], list[Any] | Pending]:
    """A rule for one row as an operation on a batch of VARIANT rows; a refusal stays in its row."""

    @wraps(rule)
    def answer(batch: Batch) -> list[Any] | Pending:
        values = [attempt(rule, batch, row) for row in batch.rows]
        return PENDING if PENDING in values else values

    return answer


def make_handler(operations: Mapping[str, Operation]) -> LambdaHandler:
    """The entry point of a Lambda function.

    Args:
        operations: Path of the API (as in routes.ROUTES) to what it does.
    """
    app = APIGatewayRestResolver()
    for path, operation in operations.items():
        route = _ROUTES[path]
        app.post(path)(_endpoint(app, route, operation.answer))
        app.get(path)(_endpoint(app, route, partial(_poll, operation)))

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app.resolve(event, context)

    return cast("LambdaHandler", handler)


def _poll(operation: Operation, batch: Batch) -> Any:
    if operation.poll is None:
        raise UnknownBatchError("This function answers at once: there is nothing to ask for.")
    return operation.poll(batch)


def _endpoint(
    app: APIGatewayRestResolver, route: Route, ask: Callable[[Batch], Any]
) -> Callable[[], Response[str]]:
    def endpoint() -> Response[str]:
        started = time.monotonic()
        request_id = app.current_event.request_context.request_id or ""
        record = RequestRecord(sql_function=route.sql_function, request_id=request_id)
        body = _outcome(route, app, ask, record)
        record.milliseconds = round((time.monotonic() - started) * 1000, 3)
        telemetry.write(record)
        return Response(
            status_code=record.status, content_type=content_types.APPLICATION_JSON, body=body
        )

    return endpoint


def _outcome(
    route: Route, app: APIGatewayRestResolver, ask: Callable[[Batch], Any], record: RequestRecord
) -> str:
    """The body of the answer: the one place where errors become answers."""
    try:
        batch = _read_batch(route, app, record)
        return _answer(batch, ask, record)
    except ApiError as raised:
        error, message = raised.error, str(raised)
    except BatchTooLargeError as raised:
        error, message = error_codes.BATCH_TOO_LARGE, str(raised)
    except BatchError as raised:
        error, message = error_codes.INVALID_BATCH, str(raised)
    except Exception:  # noqa: BLE001 - the boundary: it is logged, and answered without internals
        logger.exception("The request failed.")
        error = error_codes.INTERNAL_ERROR
        message = "The service failed on this request; its log has the reason."
    record.status, record.reason = error.status or FAILED_BATCH, message
    record.codes = Counter([error.name])
    error_body = {"code": error.name, "message": message, "request_id": record.request_id}
    return encode_json({"error": error_body})


def _read_batch(route: Route, app: APIGatewayRestResolver, record: RequestRecord) -> Batch:
    event = app.current_event
    headers = {name.lower(): value for name, value in event.headers.items()}
    record.query_id = headers.get(QUERY_ID_HEADER, "")
    record.batch_id = headers.get(BATCH_ID_HEADER, "")
    logger.set_correlation_id(record.query_id or record.batch_id)
    if not record.batch_id:
        raise BatchError(f"The header {BATCH_ID_HEADER} is missing: it names the batch.")
    milliseconds = app.lambda_context.get_remaining_time_in_millis()
    deadline = Deadline(time.monotonic() + min(BUDGET_SECONDS, milliseconds / 1000 - 2))
    rows = _read_rows(route, event) if event.http_method == "POST" else []
    record.rows, record.model = len(rows), _models(route, rows)
    return Batch(id=record.batch_id, rows=rows, headers=headers, deadline=deadline)


def _read_rows(route: Route, event: Any) -> list[Row]:
    body = event.body or ""
    # The gateway decompresses bodies; where a setting stops it, they arrive as they were sent.
    rows = decode_request(base64.b64decode(body) if event.is_base64_encoded else body)
    if route.single_row and len(rows) > 1:
        raise BatchError(f"{route.sql_function} takes one row a batch, not {len(rows)}.")
    count = len(route.arguments)
    for row in rows:
        if len(row.arguments) != count:
            raise BatchError(
                f"Row {row.number} has {len(row.arguments)} arguments after its number;"
                f" {route.sql_function}({', '.join(route.arguments)}) takes {count}."
            )
    return rows


def _models(route: Route, rows: Iterable[Row]) -> str:
    """The models that rows address, as a log line names them."""
    if "model_name" not in route.arguments:
        return ""
    place = route.arguments.index("model_name")
    names = sorted({str(row.arguments[place])[:LONGEST_MODEL_NAME] for row in rows})
    rest = len(names) - _MODELS_NAMED
    return ", ".join(names[:_MODELS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _answer(batch: Batch, ask: Callable[[Batch], Any], record: RequestRecord) -> str:
    answer = ask(batch)
    if isinstance(answer, Pending):
        record.status = STILL_RUNNING
        return encode_json({"status": "InProgress"})
    if isinstance(answer, tuple):
        number, value = answer
        rows, values = [Row(number, ())], [value]
    else:
        rows, values = batch.rows, answer
    body = encode_response(rows, values)
    if len(body) > MAX_ANSWER_BYTES:
        raise AnswerTooLargeError("The answer is larger than 6 MB: send fewer rows a batch.")
    record.status = DONE
    record.codes = Counter(
        value["error"]["code"] for value in values if isinstance(value, dict) and "error" in value
    )
    return body

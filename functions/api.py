"""The boundary of the Lambda functions: events in, Snowflake's answers or our errors out.

A function of the API is a rule from a decoded batch to one value per row; everything else is here:
envelope, row numbers, statuses, the one shape of errors.
"""

import base64
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types

from functions import error_codes, list_sizes, telemetry
from functions.arguments import MODEL_NAME
from functions.batch import PENDING, Batch, Pending
from functions.deadline import BUDGET_SECONDS, Deadline
from functions.error_codes import LIST_TOO_LARGE
from functions.errors import AnswerTooLargeError, ApiError, BusyError
from functions.external_function import (
    BATCH_ID_HEADER,
    DONE,
    QUERY_ID_HEADER,
    STILL_RUNNING,
    BatchError,
    BatchTooLargeError,
    Row,
    decode_request,
    encode_json,
    encode_response,
)
from functions.lambdas import LambdaName
from functions.names import LONGEST_MODEL_NAME
from functions.operation import Operation
from functions.payload import fits_answer
from functions.routes import ROUTES
from functions.sagemaker.client import BoundedCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.endpoints import Endpoints
from functions.step_functions.client import StateMachineCalls
from functions.telemetry import RequestRecord, logger, metrics, tracer

#: Status of a batch that fails with the refusal of a row: a FLOAT has no room for it.
FAILED_BATCH = 400

#: Models that a log line names.
_MODELS_NAMED = 5

LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]
Rule = Callable[[Batch], list[Any] | tuple[int, Any] | Pending]


def make_handler(lambda_name: LambdaName) -> LambdaHandler:
    """The entry point of a Lambda function, which serves its routes."""
    app = APIGatewayRestResolver()
    for operation in ROUTES:
        if operation.lambda_name == lambda_name:
            app.post(operation.path)(_endpoint(app, operation, operation.answer))
            app.get(operation.path)(_endpoint(app, operation, _patient(operation.poll)))

    @logger.inject_lambda_context(clear_state=True)
    @tracer.capture_lambda_handler(capture_response=False)
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app.resolve(event, context)

    return cast("LambdaHandler", handler)


def _patient(poll: Rule) -> Rule:
    """The rule of a poll: the work goes on while SageMaker is busy.

    Snowflake ends a query when a poll is answered with an error, and says of no status that it
    would ask again: only 202 is sure to be asked once more.
    https://docs.snowflake.com/en/sql-reference/external-functions-implementation
    """

    def rule(batch: Batch) -> list[Any] | tuple[int, Any] | Pending:
        try:
            return poll(batch)
        except BusyError as error:
            logger.info("The work of the batch could not be looked at: %s", error)
            return PENDING

    return rule


def _endpoint(
    app: APIGatewayRestResolver, operation: Operation, rule: Rule
) -> Callable[[], Response[str]]:
    def endpoint() -> Response[str]:
        started = time.monotonic()
        request_id = app.current_event.request_context.request_id or ""
        record = RequestRecord(sql_function=operation.sql_function, request_id=request_id)
        body = _outcome(operation, app, rule, record)
        record.milliseconds = round((time.monotonic() - started) * 1000, 3)
        telemetry.write(record)
        return Response(
            status_code=record.status, content_type=content_types.APPLICATION_JSON, body=body
        )

    return endpoint


def _outcome(
    operation: Operation, app: APIGatewayRestResolver, rule: Rule, record: RequestRecord
) -> str:
    """The body of the answer: the one place where errors become answers."""
    try:
        batch = _read_batch(operation, app, record)
        return _answer(operation, batch, rule, record)
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


def _read_batch(operation: Operation, app: APIGatewayRestResolver, record: RequestRecord) -> Batch:
    event = app.current_event
    headers = {name.lower(): value for name, value in event.headers.items()}
    record.query_id = headers.get(QUERY_ID_HEADER, "")
    record.batch_id = headers.get(BATCH_ID_HEADER, "")
    logger.set_correlation_id(record.query_id or record.batch_id)
    if not record.batch_id:
        raise BatchError(f"The header {BATCH_ID_HEADER} is missing: it names the batch.")
    milliseconds = app.lambda_context.get_remaining_time_in_millis()
    deadline = Deadline(time.monotonic() + min(BUDGET_SECONDS, milliseconds / 1000 - 2))
    rows = _read_rows(operation, event) if event.http_method == "POST" else []
    record.rows, record.model = len(rows), _models(operation, rows)
    return Batch(
        id=record.batch_id,
        rows=rows,
        headers=headers,
        sagemaker=ControlPlane(BoundedCalls(deadline)),
        inference=Endpoints(deadline),
        state_machines=StateMachineCalls(deadline),
    )


def _read_rows(operation: Operation, event: Any) -> list[Row]:
    body = event.body or ""
    # The gateway decompresses bodies; where a setting stops it, they arrive as they were sent.
    rows = decode_request(base64.b64decode(body) if event.is_base64_encoded else body)
    if operation.single_row and len(rows) > 1:
        raise BatchError(f"{operation.sql_function} takes one row a batch, not {len(rows)}.")
    return [_whole(operation, row) for row in rows]


def _whole(operation: Operation, row: Row) -> Row:
    """The row with NULL for what it leaves out; raises BatchError where it may not."""
    most, given = len(operation.arguments), len(row.arguments)
    if not most - operation.optional <= given <= most:
        least = f"{most - operation.optional} to " if operation.optional else ""
        raise BatchError(
            f"Row {row.number} has {given} arguments after its number;"
            f" {operation.sql_function}({', '.join(operation.argument_names)}) takes {least}{most}."
        )
    return Row(row.number, (*row.arguments, *[None] * (most - given)))


def _models(operation: Operation, rows: Iterable[Row]) -> str:
    """The models that rows address, as a log line names them."""
    if MODEL_NAME not in operation.arguments:
        return ""
    place = operation.arguments.index(MODEL_NAME)
    names = sorted({str(row.arguments[place])[:LONGEST_MODEL_NAME] for row in rows})
    rest = len(names) - _MODELS_NAMED
    return ", ".join(names[:_MODELS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _answer(operation: Operation, batch: Batch, rule: Rule, record: RequestRecord) -> str:
    answer = rule(batch)
    if isinstance(answer, Pending):
        record.status = STILL_RUNNING
        return encode_json({"status": "InProgress"})
    if isinstance(answer, tuple):
        number, value = answer
        rows, values = [Row(number, ())], [value]
    else:
        rows, values = batch.rows, answer
    body = encode_response(rows, values)
    if not fits_answer(body) and LIST_TOO_LARGE in operation.errors:
        values = list_sizes.with_refusals(values)
        body = encode_response(rows, values)
    if not fits_answer(body):
        raise AnswerTooLargeError(
            "The answer is larger than 6 MB: ask for fewer items a row or send fewer rows a batch."
        )
    record.status = DONE
    record.codes = Counter(
        value["error"]["code"] for value in values if isinstance(value, dict) and "error" in value
    )
    return body

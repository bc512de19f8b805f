"""Questions to the models' endpoints: split to fit, asked in parallel, told apart when refused."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from functions import error_codes
from functions.deadline import Deadline
from functions.errors import BusyError, RefusedError
from functions.external_function import encode_json
from functions.models import unknown_model
from functions.names import endpoint_name
from functions.sagemaker import (
    BROKEN_STATES,
    UNREACHABLE,
    SageMaker,
    SageMakerError,
    is_transient,
)

#: A serverless endpoint takes and gives 4 MB; what is left is for the headers.
MAX_PAYLOAD_BYTES = 4_000_000
#: Calls of one request that are under way at once.
PARALLEL_CALLS = 8

_CONNECT_SECONDS, _READ_SECONDS = 2, 20
_NOT_READY_CODES = frozenset({"ModelNotReadyException", "InternalDependencyException"})


class MalformedReplyError(SageMakerError):
    """An endpoint answered with something else than what its container promises."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing to ask of one model, for many rows."""

    model_name: str
    #: `estimate` or `recommend`.
    verb: str
    #: Columns of equal length, as the container takes them.
    columns: Mapping[str, Sequence[Any]]
    #: How much of an answer each row asks for, and how much one call may ask for.
    weights: Sequence[int]
    most_per_call: int

    def payloads(self) -> Iterator[bytes]:
        """Bodies of the calls, in the order of the rows: halved until each fits."""
        if sum(self.weights) <= self.most_per_call:
            body = encode_json({self.verb: dict(self.columns)}).encode()
            if len(body) <= MAX_PAYLOAD_BYTES:
                yield body
                return
        if len(self.weights) == 1:
            raise RefusedError(
                error_codes.ROW_TOO_LARGE,
                "A single row asks for more than an endpoint takes.",
            )
        for half in self._halves():
            yield from half.payloads()

    def _halves(self) -> tuple["Question", "Question"]:
        middle = len(self.weights) // 2
        return self._slice(slice(None, middle)), self._slice(slice(middle, None))

    def _slice(self, part: slice) -> "Question":
        return Question(
            model_name=self.model_name,
            verb=self.verb,
            columns={name: column[part] for name, column in self.columns.items()},
            weights=self.weights[part],
            most_per_call=self.most_per_call,
        )


@lru_cache
def runtime_client() -> Any:
    """The process's client of the endpoints.

    It retries nothing: the whole batch is read-only, and Snowflake sends it again after a 429.
    """
    return boto3.client(
        "sagemaker-runtime",
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 1},
            max_pool_connections=PARALLEL_CALLS,
        ),
    )


@dataclass(frozen=True)
class Inference:
    """The endpoints of one stack, for one request."""

    prefix: str
    deadline: Deadline

    def ask(self, questions: Sequence[Question]) -> list[list[bytes] | RefusedError]:
        """Ask every question.

        Returns:
            For each question the replies to its payloads, in order, or why its model cannot answer.

        Raises:
            BusyError: An endpoint has no capacity or is not ready, or the time is spent.
            SageMakerError: An endpoint failed on a question.
        """
        calls = [(q.model_name, list(q.payloads())) for q in questions]
        if sum(len(payloads) for _, payloads in calls) == 1:
            return [self._try(model, payloads[0]) for model, payloads in calls]
        futures = [
            [_pool().submit(self._invoke, model, payload) for payload in payloads]
            for model, payloads in calls
        ]
        self._wait([future for group in futures for future in group])
        return [_gather(group) for group in futures]

    def _try(self, model_name: str, payload: bytes) -> list[bytes] | RefusedError:
        try:
            return [self._invoke(model_name, payload)]
        except RefusedError as error:
            return error

    def _wait(self, futures: Sequence[Future[bytes]]) -> None:
        _, late = wait(futures, timeout=self.deadline.remaining())
        for future in late:
            future.cancel()
        if late:
            raise BusyError("The endpoints did not answer in time: send it again.")

    def _invoke(self, model_name: str, payload: bytes) -> bytes:
        try:
            return self._send(model_name, payload)
        except ConnectionClosedError:
            # A kept connection that the other side had closed meanwhile; asking again is harmless.
            return self._send_or_busy(model_name, payload)

    def _send_or_busy(self, model_name: str, payload: bytes) -> bytes:
        try:
            return self._send(model_name, payload)
        except ConnectionClosedError as error:
            raise BusyError("The endpoint closed the connection: send it again.") from error

    def _send(self, model_name: str, payload: bytes) -> bytes:
        try:
            reply = runtime_client().invoke_endpoint(
                EndpointName=endpoint_name(self.prefix, model_name),
                ContentType="application/json",
                Accept="application/json",
                Body=payload,
            )
            body: bytes = reply["Body"].read()
        except ClientError as error:
            self._explain(model_name, error)
        except ConnectionClosedError:
            raise
        except UNREACHABLE as error:
            raise BusyError("The endpoint did not answer in time: send it again.") from error
        return body

    def _explain(self, model_name: str, error: ClientError) -> NoReturn:
        code = error.response["Error"]["Code"]
        if code == "ModelError":
            _raise_model_error(error)
        if is_transient(error) or code in _NOT_READY_CODES:
            raise BusyError("The endpoint has no capacity now: send it again.") from error
        if not code.startswith("Validation"):
            raise SageMakerError(str(error)) from error
        self._explain_state(model_name, error)

    def _explain_state(self, model_name: str, error: ClientError) -> NoReturn:
        """SageMaker refuses an unknown endpoint and one that does not serve with the same code."""
        sagemaker = SageMaker(self.deadline)
        endpoint = sagemaker.endpoint(endpoint_name(self.prefix, model_name))
        if endpoint is None or endpoint.status == "Deleting":
            raise unknown_model(sagemaker, self.prefix, model_name) from error
        if endpoint.status in BROKEN_STATES:
            reason = endpoint.failure_reason or f"its state is {endpoint.status}."
            raise RefusedError(
                error_codes.ENDPOINT_FAILED,
                f"The endpoint of the model '{model_name}' failed: {reason}",
            ) from error
        raise BusyError(f"The model {model_name} is not in service yet: send it again.") from error


@lru_cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="invocation")


def _gather(futures: Sequence[Future[bytes]]) -> list[bytes] | RefusedError:
    try:
        return [future.result() for future in futures]
    except RefusedError as error:
        return error


def _raise_model_error(error: ClientError) -> NoReturn:
    status = error.response.get("OriginalStatusCode", 500)
    if status >= 500:
        raise BusyError("The model's container failed: send it again.") from error
    raise MalformedReplyError(f"The container refused the question with {status}.") from error

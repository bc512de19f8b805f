"""The models' endpoints: invoked in parallel, their refusals told apart."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from functions import error_codes
from functions.aws_calls import UNREACHABLE, is_transient
from functions.deadline import Deadline
from functions.errors import ApiError, BusyError, RefusedError
from functions.names import endpoint_name, in_words, is_challenger, model_of
from functions.sagemaker.client import BoundedCalls, BriefCalls
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.deployed_models import unknown_model
from functions.sagemaker.errors import MalformedReplyError, SageMakerError
from functions.sagemaker.inference import InferenceRequest
from functions.sagemaker.resources import BROKEN_STATES
from functions.sagemaker.splits import Splits
from functions.telemetry import logger

#: Calls of one request that are under way at once.
PARALLEL_CALLS = 8

_CONNECT_SECONDS, _READ_SECONDS = 2, 20
#: Seconds between two tries of a call that found an endpoint's concurrency used up.
_PAUSE_SECONDS = (0.02, 0.1)
#: A call of several is not begun again with less time than this: the others' answers are needed.
_LAST_SECONDS = 2.0
#: A challenger that did not answer is left alone for so long.
_LEFT_SECONDS = 60.0
_NOT_READY_CODES = frozenset({"ModelNotReadyException", "InternalDependencyException"})


@lru_cache
def runtime_client() -> Any:
    """The process's client of the endpoints.

    It retries nothing itself: the whole batch is read-only, and Snowflake sends it again after 429.
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


@lru_cache
def splits(prefix: str) -> Splits:
    """The process's knowledge of the users' splits in a stack."""
    return Splits(ControlPlane(BriefCalls()), prefix)


@dataclass(frozen=True)
class Endpoints:
    """The endpoints as one request may invoke them; see `inference.Inference`."""

    deadline: Deadline

    def share(self, prefix: str, model_name: str, seconds: float) -> float:
        """The share of a model's users that its challenger answers."""
        return splits(prefix).share(model_name, seconds)

    def invoke(
        self, prefix: str, requests: Sequence[InferenceRequest]
    ) -> list[list[bytes] | RefusedError]:
        """Invoke the models of every request, in parallel where there is more than one call."""
        calls = [
            [_Call(prefix, request.variant, payload) for payload in request.payloads()]
            for request in requests
        ]
        if sum(map(len, calls)) == 1:
            return [self._try(call) for (call,) in calls]
        futures = [
            [_pool().submit(self._ask, call, _LAST_SECONDS) for call in group] for group in calls
        ]
        self._wait([future for group in futures for future in group])
        return [_gather(group) for group in futures]

    def _try(self, call: "_Call") -> list[bytes] | RefusedError:
        try:
            return [self._ask(call, _READ_SECONDS)]
        except RefusedError as error:
            return error

    def _wait(self, futures: Sequence[Future[bytes]]) -> None:
        _, late = wait(futures, timeout=self.deadline.remaining())
        for future in late:
            future.cancel()
        if late:
            raise BusyError("The endpoints did not answer in time: send it again.")

    def _ask(self, call: "_Call", least_seconds: float) -> bytes:
        """Invoke; where a challenger cannot answer, its users get the champion's answer.

        The champion is asked for a while then, so that the next batches lose no time. A challenger
        whose capacity is used up is waited for, as a champion is: its users stay on its side.
        """
        try:
            return self._queue(call, least_seconds)
        except _ThrottledError:
            raise
        except (ApiError, SageMakerError) as error:
            if not is_challenger(call.variant):
                raise
            logger.warning("The %s does not answer, the champion does: %s", call, error)
            splits(call.prefix).leave(call.endpoint, _LEFT_SECONDS)
            if self.deadline.remaining() < least_seconds:
                raise BusyError("The challenger did not answer in time: send it again.") from error
        return self._queue(call.of_champion, least_seconds)

    def _queue(self, call: "_Call", least_seconds: float) -> bytes:
        """Invoke, and wait for a place while an endpoint's concurrency is used up.

        A batch that is split into more calls than a serverless endpoint takes at once would be
        throttled however often Snowflake sends it again.
        """
        while True:
            try:
                return self._invoke(call)
            except _ThrottledError:
                if self.deadline.remaining() < least_seconds:
                    raise
                time.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311 - spreads, hides nothing

    def _invoke(self, call: "_Call") -> bytes:
        try:
            return self._send(call)
        except ConnectionClosedError:
            # A kept connection that the other side had closed meanwhile; asking again is harmless.
            return self._send_or_busy(call)

    def _send_or_busy(self, call: "_Call") -> bytes:
        try:
            return self._send(call)
        except ConnectionClosedError as error:
            raise BusyError("The endpoint closed the connection: send it again.") from error

    def _send(self, call: "_Call") -> bytes:
        try:
            reply = runtime_client().invoke_endpoint(
                EndpointName=call.endpoint,
                ContentType="application/json",
                Accept="application/json",
                CustomAttributes=self._waited_for(),
                Body=call.payload,
            )
            body: bytes = reply["Body"].read()
        except ClientError as error:
            self._explain(call, error)
        except ConnectionClosedError:
            raise
        except UNREACHABLE as error:
            raise BusyError("The endpoint did not answer in time: send it again.") from error
        return body

    def _waited_for(self) -> str:
        """Seconds that the answer is waited for: nothing else tells a container to stop.

        SageMaker hands custom attributes on to the container, word for word; of a caller that has
        closed its connection it says nothing.
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
        """
        return f"seconds={min(_READ_SECONDS, self.deadline.remaining()):.1f}"

    def _explain(self, call: "_Call", error: ClientError) -> NoReturn:
        code = error.response["Error"]["Code"]
        if code == "ModelError":
            _raise_model_error(error)
        if code == "ThrottlingException":
            raise _ThrottledError("The endpoint has no capacity now: send it again.") from error
        if is_transient(error) or code in _NOT_READY_CODES:
            raise BusyError("The endpoint has no capacity now: send it again.") from error
        if not code.startswith("Validation"):
            raise SageMakerError(str(error)) from error
        self._explain_state(call, error)

    def _explain_state(self, call: "_Call", error: ClientError) -> NoReturn:
        """SageMaker refuses an unknown endpoint and one that does not serve with the same code."""
        sagemaker = ControlPlane(BoundedCalls(self.deadline))
        endpoint = sagemaker.endpoint(call.endpoint)
        if endpoint is None or endpoint.status == "Deleting":
            raise unknown_model(sagemaker, call.prefix, call.variant) from error
        if endpoint.status in BROKEN_STATES:
            reason = endpoint.failure_reason or f"its state is {endpoint.status}."
            raise RefusedError(
                error_codes.ENDPOINT_FAILED,
                f"The endpoint of the {in_words(call.variant)} failed: {reason}",
            ) from error
        raise BusyError(
            f"The {in_words(call.variant)} is not in service yet: send it again."
        ) from error


class _ThrottledError(BusyError):
    """The endpoint answers as many invocations as it may at once."""


@dataclass(frozen=True)
class _Call:
    """One call of the endpoint that serves a model."""

    prefix: str
    #: Of the endpoint's configurations; see `names`.
    variant: str
    payload: bytes

    @property
    def endpoint(self) -> str:
        return endpoint_name(self.prefix, self.variant)

    @property
    def of_champion(self) -> "_Call":
        return replace(self, variant=model_of(self.variant))

    def __str__(self) -> str:
        return in_words(self.variant)


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
    raise MalformedReplyError(f"The container refused the request with {status}.") from error

"""Requests to the models' endpoints, split so that each body fits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from functions import error_codes
from functions.errors import RefusedError
from functions.external_function import encode_json
from functions.names import SecondKind, second_variant

#: A serverless endpoint takes and gives 4 MB; what is left is for the headers.
MAX_PAYLOAD_BYTES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class InferenceRequest:
    """An operation of one model on many rows."""

    model_name: str
    #: Asks an endpoint beside the model's own.
    kind: SecondKind | None = None
    #: Operation of the container, for example `estimate`.
    operation: str
    #: Columns of equal length, as the container takes them.
    columns: Mapping[str, Sequence[Any]]
    #: Number of answers that each row asks for, and that one call may ask for.
    weights: Sequence[int]
    most_per_call: int
    #: Bytes of an answer in the reply, at most, beside what the reply repeats of the request.
    answer_bytes: int

    @property
    def variant(self) -> str:
        """Whose endpoint is asked; see `names`."""
        return second_variant(self.kind, self.model_name) if self.kind else self.model_name

    def payloads(self) -> Iterator[bytes]:
        """Bodies of the calls, in the order of the rows: halved until each fits."""
        if sum(self.weights) <= self.most_per_call:
            body = encode_json({self.operation: dict(self.columns)}).encode()
            if self._fits(len(body)):
                yield body
                return
        if len(self.weights) == 1:
            raise RefusedError(
                error_codes.ROW_TOO_LARGE,
                "The row asks for more than an endpoint takes: give fewer ratings and shorter ids.",
            )
        for half in self._halves():
            yield from half.payloads()

    def _fits(self, body_bytes: int) -> bool:
        reply_bytes = sum(self.weights) * self.answer_bytes
        # a row cannot be split, and its reply is seldom as large as it may be
        whole = body_bytes if len(self.weights) == 1 else body_bytes + reply_bytes
        return whole <= MAX_PAYLOAD_BYTES

    def _halves(self) -> tuple["InferenceRequest", "InferenceRequest"]:
        middle = len(self.weights) // 2
        return self._slice(slice(None, middle)), self._slice(slice(middle, None))

    def _slice(self, part: slice) -> "InferenceRequest":
        return replace(
            self,
            columns={name: column[part] for name, column in self.columns.items()},
            weights=self.weights[part],
        )


class Inference(Protocol):
    """Whatever carries requests to the endpoints of a stack."""

    def share(self, prefix: str, model_name: str, seconds: float) -> float:
        """The share of a model's users that its challenger answers.

        Args:
            prefix: Of the stack's names.
            model_name: The model; one without a challenger has the share 0.
            seconds: Age of what is known about it, at most.
        """

    def invoke(
        self, prefix: str, requests: Sequence[InferenceRequest]
    ) -> list[list[bytes] | RefusedError]:
        """Invoke the models of every request.

        Args:
            prefix: Of the stack's names.
            requests: At most one for each model.

        Returns:
            For each request the replies to its payloads, in order, or why its model cannot answer.

        Raises:
            BusyError: An endpoint has no capacity or is not ready, or the time is spent.
            SageMakerError: An endpoint failed on a request.
        """

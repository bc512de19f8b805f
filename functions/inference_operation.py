"""Functions that ask deployed models: rows become columns, and replies become rows."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from functions import error_codes
from functions.answers import Refusal
from functions.arguments import USER_ID, Argument
from functions.batch import Batch, Pending
from functions.error_codes import ErrorCode
from functions.errors import RefusedError
from functions.external_function import Row
from functions.lambdas import LambdaName
from functions.names import SecondKind
from functions.operation import Operation, members_of, refusal
from functions.sagemaker.errors import MalformedReplyError
from functions.sagemaker.inference import InferenceRequest
from functions.settings import invoke_settings
from functions.sides import Cells, Sides

Reply = dict[str, Any]
#: A model, and the kind of its second endpoint where that is asked instead.
Asked = tuple[str, SecondKind | None]

#: Errors that each of these functions can refuse a row with.
MODEL_ERRORS = (
    error_codes.INVALID_MODEL_NAME,
    error_codes.UNKNOWN_MODEL,
    error_codes.ENDPOINT_FAILED,
    error_codes.INVALID_ID,
    error_codes.ROW_TOO_LARGE,
)


def row_answers(reply: Reply, member: str, refused: ErrorCode) -> Iterator[Any]:
    """The answers of a reply's rows, each with the training whose model gave it, or its refusal.

    Args:
        reply: Of the container.
        member: Name of its answers.
        refused: Code of an answer that is an error.
    """
    for found in reply[member]:
        if "error" in found:
            yield RefusedError(refused, found["error"])
        else:
            yield found | {"training_job": reply["training_job"]}


@dataclass(frozen=True, kw_only=True)
class InferenceOperation(Operation):
    """A function whose first argument names a model and whose others are columns of a request."""

    lambda_name: LambdaName = "invoke"
    #: Operation of the container, whose columns the arguments name.
    container_operation: str
    #: Values of the rows, out of a reply.
    values: Callable[[Reply], Iterable[Any]]
    #: Argument that says how many answers a row asks for: a number, or a list of what is asked
    #: about; None: one.
    counted_by: Argument | None = None
    #: Answers that one call may ask for.
    most_per_call: int
    #: Bytes of an answer in an endpoint's reply, at most.
    answer_bytes: int = 150
    #: Arguments that may be NULL.
    nullable: tuple[Argument, ...] = ()
    #: Value of a row with any other NULL, without a call.
    of_null: RefusedError | None = None

    def answer(self, batch: Batch) -> list[Any] | Pending:
        """A value, None or a refusal for each row; a FLOAT fails with the first refusal."""
        values = self._values(batch)
        refused = [value for value in values if isinstance(value, RefusedError)]
        if refused and self.returns == "FLOAT":
            raise refused[0]
        return [refusal(value) if isinstance(value, RefusedError) else value for value in values]

    def answer_types(self) -> tuple[Any, ...]:
        """The types of a reply's values, with the refusal of a row and NULL where they can be."""
        (values,) = get_args(self.values.__annotations__["return"])
        kinds = [kind for kind in members_of(values) if kind is not RefusedError]
        kinds += [Refusal] if self.returns == "VARIANT" else []
        return (*kinds, None) if self.of_null is None else tuple(kinds)

    def _values(self, batch: Batch) -> list[Any]:
        values: list[Any] = [None] * len(batch.rows)
        groups: dict[Asked, list[tuple[int, Cells]]] = {}
        sides = self._sides(batch)
        for position, row in enumerate(batch.rows):
            read = self._read(row)
            if isinstance(read, tuple):
                groups.setdefault((read[0], sides.of(read)), []).append((position, read))
            else:
                values[position] = read
        requests = [
            self._request(asked, [cells for _, cells in group]) for asked, group in groups.items()
        ]
        replies = batch.inference.invoke(invoke_settings().prefix, requests)
        for group, reply in zip(groups.values(), replies, strict=True):
            for (position, _), value in zip(group, self._spread(reply, len(group)), strict=True):
                values[position] = value
        return values

    def _read(self, row: Row) -> Cells | RefusedError | None:
        """A row's arguments as values of the columns, or what it gets without a call."""
        if None in row.arguments and not self._allows_nulls(row):
            return self.of_null
        given = zip(self.arguments, row.arguments, strict=True)
        try:
            return tuple([argument.read(value) for argument, value in given])
        except RefusedError as error:
            return error

    def _allows_nulls(self, row: Row) -> bool:
        given = zip(self.arguments, row.arguments, strict=True)
        return all(argument in self.nullable for argument, value in given if value is None)

    def _sides(self, batch: Batch) -> Sides:
        """The sides of the rows' users; one for all where the rows name none."""
        place = self.arguments.index(USER_ID) if USER_ID in self.arguments else None
        return Sides(batch.inference, place)

    def _request(self, asked: Asked, rows: Sequence[Cells]) -> InferenceRequest:
        columns = dict(zip(self.arguments, map(list, zip(*rows, strict=True)), strict=True))
        return InferenceRequest(
            model_name=asked[0],
            kind=asked[1],
            operation=self.container_operation,
            columns={argument.column: columns[argument] for argument in self.arguments[1:]},
            weights=[self._weight(cells) for cells in rows],
            most_per_call=self.most_per_call,
            answer_bytes=self.answer_bytes,
        )

    def _weight(self, cells: Cells) -> int:
        if self.counted_by is None:
            return 1
        asked = cells[self.arguments.index(self.counted_by)]
        return len(asked) if isinstance(asked, list) else int(asked)

    def _spread(self, reply: list[bytes] | RefusedError, count: int) -> list[Any]:
        if isinstance(reply, RefusedError):
            return [reply] * count
        try:
            parts = [json.loads(part) for part in reply]
            if refused := [part["refusal"] for part in parts if "refusal" in part]:
                # alike in every part: it is of the model, not of a row
                return [RefusedError(error_codes.NO_ESTIMATES, refused[0])] * count
            values = [value for part in parts for value in self.values(part)]
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedReplyError(
                "An endpoint's reply is not what its container promises."
            ) from error
        if len(values) != count:
            raise MalformedReplyError(f"An endpoint gave {len(values)} answers to {count} rows.")
        return values

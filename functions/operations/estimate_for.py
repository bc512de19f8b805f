"""The SQL function `estimate_for`."""

from collections.abc import Iterable

from functions import error_codes
from functions.arguments import ITEM_ID, MODEL_NAME, RATINGS
from functions.errors import RefusedError
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply
from functions.operation import Example


def estimates(reply: Reply) -> Iterable[float | RefusedError]:
    """An estimated rating for each row, or the model's refusal of its ratings."""
    for estimate, error in zip(reply["estimates"], reply["errors"], strict=True):
        yield estimate if error is None else RefusedError(error_codes.INVALID_RATINGS, error)


OPERATION = InferenceOperation(
    path="/estimate-for",
    sql_function="estimate_for",
    arguments=(MODEL_NAME, RATINGS, ITEM_ID),
    returns="FLOAT",
    container_operation="estimate_for",
    values=estimates,
    most_per_call=5_000,
    summary="What somebody with the given ratings would give to an item; fitted on the spot.",
    description="One refused row fails the batch, because a FLOAT cannot tell.",
    example=Example(
        rows=[[0, "films", {"50": 5, "172": 4}, "408"]],
        answers=[[0, 4.21]],
    ),
    errors=(*MODEL_ERRORS, error_codes.NO_ESTIMATES, error_codes.INVALID_RATINGS),
)

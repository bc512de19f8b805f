"""The SQL function `invoke_model`."""

from collections.abc import Iterable
from typing import cast

from functions import error_codes
from functions.arguments import ITEM_ID, MODEL_NAME, USER_ID
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply
from functions.operation import Example


def estimates(reply: Reply) -> Iterable[float]:
    """An estimated rating for each row."""
    return cast("list[float]", reply["estimates"])


OPERATION = InferenceOperation(
    path="/invoke",
    sql_function="invoke_model",
    arguments=(MODEL_NAME, USER_ID, ITEM_ID),
    returns="FLOAT",
    container_operation="estimate",
    values=estimates,
    most_per_call=50_000,
    summary="Estimated ratings; one refused row fails the batch, because a FLOAT cannot tell.",
    example=Example(
        rows=[[0, "films", "196", "242"], [1, "films", 196, None]],
        answers=[[0, 3.9172], [1, None]],
    ),
    errors=(*MODEL_ERRORS, error_codes.NO_ESTIMATES),
)

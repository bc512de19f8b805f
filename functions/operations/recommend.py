"""The SQL function `recommend`."""

from collections.abc import Iterable
from itertools import chain
from typing import cast

from functions import error_codes
from functions.answers import NamedRecommendation
from functions.arguments import MODEL_NAME, USER_ID, N
from functions.errors import RefusedError
from functions.examples import BEST, JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply
from functions.operation import Example
from functions.payload import LISTED_BYTES


def lists(reply: Reply) -> Iterable[list[NamedRecommendation]]:
    """A list for each row; its items name the model, which may differ between rows."""
    job = reply["training_job"]
    found = cast("list[list[NamedRecommendation]]", reply["recommendations"])
    for item in chain.from_iterable(found):
        item["training_job"] = job
    return found


OPERATION = InferenceOperation(
    path="/recommend",
    sql_function="recommend",
    arguments=(MODEL_NAME, USER_ID, N),
    container_operation="recommend",
    values=lists,
    counted_by=N,
    most_per_call=20_000,
    answer_bytes=LISTED_BYTES,
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT, "Model, user and number of recommendations must not be NULL."
    ),
    summary="The best unseen items of each row's user.",
    example=Example(
        rows=[[0, "films", "196", 2]],
        answers=[
            [
                0,
                [
                    {**BEST, "training_job": JOB},
                    {
                        "item_id": "318",
                        "rank": 2,
                        "score": 0.97,
                        "estimated_rating": 4.41,
                        "reason": {"kind": "popularity"},
                        "training_job": JOB,
                    },
                ],
            ]
        ],
    ),
    errors=(
        *MODEL_ERRORS,
        error_codes.INVALID_COUNT,
        error_codes.NULL_ARGUMENT,
        error_codes.LIST_TOO_LARGE,
    ),
)

"""The SQL function `rank_items`."""

from collections.abc import Iterable
from typing import NotRequired

from functions import error_codes
from functions.answers import RankedItem
from functions.arguments import ITEMS, MODEL_NAME, RATINGS
from functions.errors import RefusedError
from functions.examples import BEST, JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply, row_answers
from functions.operation import Example
from functions.payload import LISTED_BYTES
from functions.typed_dict import TypedDict


class RankedItems(TypedDict):
    """The given items in the model's order, each once, under the ids that were given."""

    items: list[RankedItem]
    #: The training whose model ordered them.
    training_job: str
    #: Given items, and rated ones, that the model does not know.
    unknown_items: NotRequired[list[str]]
    unknown_ratings: NotRequired[list[str]]


def orders(reply: Reply) -> Iterable[RankedItems | RefusedError]:
    """An order for each row, or the model's refusal of its ratings."""
    return row_answers(reply, "orders", error_codes.INVALID_RATINGS)


OPERATION = InferenceOperation(
    path="/rank-items",
    sql_function="rank_items",
    arguments=(MODEL_NAME, RATINGS, ITEMS),
    container_operation="rank_items",
    values=orders,
    counted_by=ITEMS,
    most_per_call=20_000,
    answer_bytes=LISTED_BYTES,
    nullable=(RATINGS,),
    of_null=RefusedError(error_codes.NULL_ARGUMENT, "Model and items must not be NULL."),
    summary="The given items in the model's order for somebody with the given ratings.",
    description=(
        "Rated items are ranked, too, and marked; unknown ones are listed. The best thousand have"
        " a reason."
    ),
    example=Example(
        rows=[[0, "films", {"50": 5, "172": 4}, ["408", "50", "no-such-film"]]],
        answers=[
            [
                0,
                {
                    "items": [
                        {**BEST, "rated": False},
                        {
                            "item_id": "50",
                            "rank": 2,
                            "score": 0.61,
                            "estimated_rating": 4.9,
                            "reason": {
                                "kind": "because_you_rated",
                                "item_ids": ["172"],
                                "share": 1.0,
                            },
                            "rated": True,
                        },
                    ],
                    "unknown_items": ["no-such-film"],
                    "training_job": JOB,
                },
            ]
        ],
    ),
    errors=(
        *MODEL_ERRORS,
        error_codes.NULL_ARGUMENT,
        error_codes.INVALID_RATINGS,
        error_codes.INVALID_ITEMS,
        error_codes.LIST_TOO_LARGE,
    ),
)

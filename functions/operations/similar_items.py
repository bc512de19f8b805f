"""The SQL function `similar_items`."""

from collections.abc import Iterable
from typing import NotRequired

from functions import error_codes
from functions.answers import SimilarItem
from functions.arguments import ITEM_ID, MODEL_NAME, N
from functions.errors import RefusedError
from functions.examples import JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply, row_answers
from functions.operation import Example
from functions.payload import LISTED_BYTES
from functions.typed_dict import TypedDict


class SimilarItems(TypedDict):
    """The items that are most like one."""

    similar_items: list[SimilarItem]
    #: The item's id in the model, whichever of its ids was asked with.
    item_id: str
    #: The training whose model knows them.
    training_job: str
    #: There are fewer than asked for.
    warning: NotRequired[str]


def neighbours(reply: Reply) -> Iterable[SimilarItems | RefusedError]:
    """The neighbours of each row's item; the model alone knows its items."""
    return row_answers(reply, "neighbours", error_codes.UNKNOWN_ITEM)


OPERATION = InferenceOperation(
    path="/similar-items",
    sql_function="similar_items",
    arguments=(MODEL_NAME, ITEM_ID, N),
    container_operation="similar_items",
    values=neighbours,
    counted_by=N,
    most_per_call=20_000,
    answer_bytes=LISTED_BYTES,
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT, "Model, item and number of neighbours must not be NULL."
    ),
    summary="The items that are most like each row's item.",
    description=(
        "By what viewers have rated together, and by content, so that items nobody has rated have"
        " neighbours, too, and are some. Popular items have no advantage."
    ),
    example=Example(
        rows=[[0, "films", "50", 2]],
        answers=[
            [
                0,
                {
                    "similar_items": [
                        {
                            "item_id": "172",
                            "rank": 1,
                            "similarity": 0.93,
                            "reason": {"kind": "shared_viewers", "viewers": 345},
                        },
                        {
                            "item_id": "1700",
                            "rank": 2,
                            "similarity": 0.41,
                            "reason": {
                                "kind": "content",
                                "field": "COLLECTION",
                                "terms": ["star wars collection"],
                            },
                        },
                    ],
                    "item_id": "50",
                    "training_job": JOB,
                },
            ]
        ],
    ),
    errors=(
        *MODEL_ERRORS,
        error_codes.INVALID_COUNT,
        error_codes.NULL_ARGUMENT,
        error_codes.UNKNOWN_ITEM,
        error_codes.LIST_TOO_LARGE,
    ),
)

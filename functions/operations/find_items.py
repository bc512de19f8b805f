"""The SQL function `find_items`."""

from collections.abc import Iterable
from typing import NotRequired

from functions import error_codes
from functions.answers import FoundItem
from functions.arguments import MODEL_NAME, TEXT, N
from functions.errors import RefusedError
from functions.examples import JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply, row_answers
from functions.operation import Example
from functions.payload import LISTED_BYTES
from functions.typed_dict import TypedDict


class FoundItems(TypedDict):
    """The items that have the words of a text, or mean the like."""

    items: list[FoundItem]
    #: The training whose model found them.
    training_job: str
    #: There are fewer than asked for.
    warning: NotRequired[str]


def finds(reply: Reply) -> Iterable[FoundItems | RefusedError]:
    """The finds of each row's text, or what the model must be trained with."""
    return row_answers(reply, "finds", error_codes.REFUSED_BY_MODEL)


OPERATION = InferenceOperation(
    path="/find-items",
    sql_function="find_items",
    arguments=(MODEL_NAME, TEXT, N),
    container_operation="find_items",
    values=finds,
    counted_by=N,
    most_per_call=20_000,
    answer_bytes=LISTED_BYTES,
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT, "Model, text and number of items must not be NULL."
    ),
    summary="The items that the words of each row's text are about.",
    description=(
        "Titles, texts, people and other labels of the items' features count, words in other forms"
        " and with a wrong letter too; items nobody has rated are found as well. A text without a"
        " word that any item has finds nothing, with a warning."
    ),
    example=Example(
        rows=[[0, "films", "a lonely robot on an empty planet", 1]],
        answers=[
            [
                0,
                {
                    "items": [
                        {
                            "item_id": "60069",
                            "rank": 1,
                            "similarity": 0.18,
                            "rated": True,
                            "reason": {
                                "kind": "content",
                                "field": "OVERVIEW",
                                "terms": ["robot", "planet"],
                            },
                        }
                    ],
                    "training_job": JOB,
                },
            ]
        ],
    ),
    errors=(
        *MODEL_ERRORS,
        error_codes.INVALID_COUNT,
        error_codes.NULL_ARGUMENT,
        error_codes.INVALID_TEXT,
        error_codes.REFUSED_BY_MODEL,
        error_codes.LIST_TOO_LARGE,
    ),
)

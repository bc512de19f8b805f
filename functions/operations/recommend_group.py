"""The SQL function `recommend_group`."""

from collections.abc import Iterable
from typing import NotRequired

from functions import error_codes
from functions.answers import GroupRecommendation
from functions.arguments import GROUP_FILTERS, MEMBERS, MODEL_NAME, N
from functions.errors import RefusedError
from functions.examples import JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply, row_answers
from functions.operation import Example
from functions.payload import LISTED_BYTES
from functions.typed_dict import TypedDict


class GroupRecommendations(TypedDict):
    """The best items for several people at once."""

    recommendations: list[GroupRecommendation]
    #: How the members were brought together.
    rule: str
    #: The training whose model listed them.
    training_job: str
    #: There are fewer than asked for.
    warning: NotRequired[str]
    #: Rated items that the model does not know.
    unknown_items: NotRequired[list[str]]


def lists(reply: Reply) -> Iterable[GroupRecommendations | RefusedError]:
    """A list for each row; the model alone knows its scale, genres and countries."""
    return row_answers(reply, "lists", error_codes.REFUSED_BY_MODEL)


OPERATION = InferenceOperation(
    path="/recommend-group",
    sql_function="recommend_group",
    arguments=(MODEL_NAME, MEMBERS, N, GROUP_FILTERS),
    container_operation="recommend_group",
    values=lists,
    counted_by=N,
    most_per_call=5_000,
    answer_bytes=LISTED_BYTES,
    nullable=(GROUP_FILTERS,),
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT,
        "Model, members and number of recommendations must not be NULL.",
    ),
    summary="The best items for several people at once, each with ratings of the moment.",
    description=(
        "Whatever the filters of one member leave out is left out for all, and nothing is listed"
        " that one of them has rated. `estimated_ratings` says how much each would like an item."
    ),
    example=Example(
        rows=[
            [
                0,
                "films",
                [
                    {"50": 5, "172": 4},
                    {"ratings": {"588": 5}, "filters": {"exclude_genres": ["Horror"]}},
                ],
                1,
                {"rule": "least_misery"},
            ]
        ],
        answers=[
            [
                0,
                {
                    "recommendations": [
                        {
                            "item_id": "318",
                            "rank": 1,
                            "score": 0.88,
                            "estimated_rating": 4.45,
                            "estimated_ratings": [4.62, 4.28],
                            "reason": {
                                "kind": "because_you_rated",
                                "item_ids": ["50"],
                                "share": 0.53,
                                "member": 0,
                            },
                        }
                    ],
                    "rule": "least_misery",
                    "training_job": JOB,
                },
            ]
        ],
    ),
    errors=(
        *MODEL_ERRORS,
        error_codes.INVALID_COUNT,
        error_codes.NULL_ARGUMENT,
        error_codes.INVALID_MEMBERS,
        error_codes.INVALID_FILTERS,
        error_codes.REFUSED_BY_MODEL,
        error_codes.LIST_TOO_LARGE,
    ),
)

"""The SQL function `recommend_for`."""

from collections.abc import Iterable
from typing import NotRequired

from functions import error_codes
from functions.answers import Recommendation
from functions.arguments import FILTERS, MODEL_NAME, RATINGS, N
from functions.errors import RefusedError
from functions.examples import BEST, JOB
from functions.inference_operation import MODEL_ERRORS, InferenceOperation, Reply, row_answers
from functions.operation import Example
from functions.payload import LISTED_BYTES
from functions.typed_dict import TypedDict


class RecommendationsFor(TypedDict):
    """The best items for somebody with ratings of the moment."""

    recommendations: list[Recommendation]
    #: The training whose model listed them.
    training_job: str
    #: There are fewer than asked for.
    warning: NotRequired[str]
    #: Rated items that the model does not know.
    unknown_items: NotRequired[list[str]]


def lists(reply: Reply) -> Iterable[RecommendationsFor | RefusedError]:
    """A list for each row; the model alone knows its scale, genres and countries."""
    return row_answers(reply, "lists", error_codes.REFUSED_BY_MODEL)


OPERATION = InferenceOperation(
    path="/recommend-for",
    sql_function="recommend_for",
    arguments=(MODEL_NAME, RATINGS, N, FILTERS),
    container_operation="recommend_for",
    values=lists,
    counted_by=N,
    most_per_call=5_000,
    answer_bytes=LISTED_BYTES,
    # no ratings and no filters are what a new viewer has
    nullable=(RATINGS, FILTERS),
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT, "Model and number of recommendations must not be NULL."
    ),
    summary=(
        "The best items for somebody with the given ratings, within filters; fitted on the spot."
    ),
    example=Example(
        rows=[
            [0, "films", {"50": 5, "172": 4}, 1, {"exclude_genres": ["Horror"]}],
            [1, "films", None, 1, {"viewer": {"favourite_genres": ["Animation"]}}],
        ],
        answers=[
            [0, {"recommendations": [BEST], "training_job": JOB}],
            [
                1,
                {
                    "recommendations": [
                        {
                            "item_id": "588",
                            "rank": 1,
                            "score": 0.1,
                            "estimated_rating": 3.82,
                            "reason": {"kind": "genres"},
                        }
                    ],
                    "training_job": JOB,
                },
            ],
        ],
    ),
    errors=(
        *MODEL_ERRORS,
        error_codes.INVALID_COUNT,
        error_codes.NULL_ARGUMENT,
        error_codes.INVALID_RATINGS,
        error_codes.INVALID_FILTERS,
        error_codes.REFUSED_BY_MODEL,
        error_codes.LIST_TOO_LARGE,
    ),
)

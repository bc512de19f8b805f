"""Answers that functions of the API share; the API's document is made from their types.

An answer that one function alone gives stands with its operation.
"""

from typing import Literal, NotRequired

from functions.cost import Cost
from functions.typed_dict import TypedDict


class RefusalReason(TypedDict):
    """Code and sentence of a refused row."""

    code: str
    message: str


class Refusal(TypedDict):
    """A row that cannot be answered; the others of its batch are."""

    error: RefusalReason


class TrainingMetrics(TypedDict):
    """Quality on ratings that the model has not seen, and counts of those it was trained on.

    Lists are evaluated on a fifth of each user's ratings that was held back, on each user's last
    rating (`last_`), and on users held back whole, 0, 1, 3 or 5 of whose ratings are revealed
    (`cold_`); `popular_` and `estimated_` are the most rated items and the highest estimated
    ratings instead.
    """

    rmse: NotRequired[float]
    mae: NotRequired[float]
    ndcg_at_10: NotRequired[float]
    recall_at_10: NotRequired[float]
    coverage: NotRequired[float]
    popular_ndcg_at_10: NotRequired[float]
    estimated_ndcg_at_10: NotRequired[float]
    last_ndcg_at_10: NotRequired[float]
    last_recall_at_10: NotRequired[float]
    last_coverage: NotRequired[float]
    popular_last_ndcg_at_10: NotRequired[float]
    estimated_last_ndcg_at_10: NotRequired[float]
    cold_0_ndcg_at_10: NotRequired[float]
    cold_0_recall_at_10: NotRequired[float]
    cold_0_coverage: NotRequired[float]
    popular_cold_0_ndcg_at_10: NotRequired[float]
    estimated_cold_0_ndcg_at_10: NotRequired[float]
    cold_1_ndcg_at_10: NotRequired[float]
    cold_1_recall_at_10: NotRequired[float]
    cold_1_coverage: NotRequired[float]
    popular_cold_1_ndcg_at_10: NotRequired[float]
    estimated_cold_1_ndcg_at_10: NotRequired[float]
    cold_3_ndcg_at_10: NotRequired[float]
    cold_3_recall_at_10: NotRequired[float]
    cold_3_coverage: NotRequired[float]
    popular_cold_3_ndcg_at_10: NotRequired[float]
    estimated_cold_3_ndcg_at_10: NotRequired[float]
    cold_5_ndcg_at_10: NotRequired[float]
    cold_5_recall_at_10: NotRequired[float]
    cold_5_coverage: NotRequired[float]
    popular_cold_5_ndcg_at_10: NotRequired[float]
    estimated_cold_5_ndcg_at_10: NotRequired[float]
    ratings: int | None
    items: int | None


class CompletedTraining(TypedDict):
    """A finished training: its model can be deployed, its recommendations are in the table."""

    status: Literal["Completed"]
    training_job: str
    model_artifact: str | None
    metrics: TrainingMetrics
    users: int | None
    rows: int | None
    cost: Cost
    warnings: NotRequired[list[str]]


class UnfinishedTraining(TypedDict):
    """A training that goes on, in SageMaker's word for it; `training_status` tells its end."""

    status: str
    training_job: str
    cost: Cost


TrainingAnswer = CompletedTraining | UnfinishedTraining


class Reason(TypedDict):
    """The largest part of an item's score, as the reason of its recommendation.

    Either the rated items that speak for it most, with their share of the score, or what is known
    of new viewers: popularity, favourite genres, country, year of birth, season; or the estimated
    rating alone. Of an item that nobody has rated: the rated item and the field of the features,
    a column of ITEM_FEATURES or MEANING, in which they are most alike.
    """

    kind: Literal[
        "because_you_rated",
        "popularity",
        "genres",
        "country",
        "birth_year",
        "season",
        "estimate",
    ]
    item_ids: NotRequired[list[str]]
    share: NotRequired[float]
    field: NotRequired[str]


class Recommendation(TypedDict):
    """One of a user's best unseen items; a model of events, not of ratings, estimates none."""

    item_id: str
    rank: int
    score: float
    estimated_rating: float | None
    reason: Reason


class RankedItem(TypedDict):
    """One of the items that were given; beyond the best thousand without a reason."""

    item_id: str
    rank: int
    score: float
    estimated_rating: float | None
    rated: bool
    reason: NotRequired[Reason]


class GroupReason(Reason):
    """The reason of the member whom an item suits best."""

    #: Place among the members, from 0.
    member: int


class GroupRecommendation(TypedDict):
    """One of the best items for several people at once."""

    item_id: str
    rank: int
    score: float
    #: The mean of the members'.
    estimated_rating: float | None
    #: In the order of the members.
    estimated_ratings: list[float] | list[None]
    reason: GroupReason


class SharedViewers(TypedDict):
    """Two items are alike because so many viewers have rated both."""

    kind: Literal["shared_viewers"]
    viewers: int


class SharedContent(TypedDict):
    """A field of the items' features is alike; `MEANING` is that of all texts together."""

    kind: Literal["content"]
    field: str
    #: Up to three words or labels that both have; none of numbers and of the meaning.
    terms: NotRequired[list[str]]


class SimilarItem(TypedDict):
    """A neighbour of an item."""

    item_id: str
    rank: int
    similarity: float
    reason: SharedViewers | SharedContent


class FoundItem(TypedDict):
    """An item that a text is about; `rated` is false of one that nobody has rated."""

    item_id: str
    rank: int
    similarity: float
    rated: bool
    reason: SharedContent


class NamedRecommendation(Recommendation):
    """One of a user's best unseen items, with the training whose model listed it."""

    training_job: str

"""The largest answers of the functions that list items."""

from collections.abc import Callable
from typing import Any

from functions.answers import GroupRecommendation, NamedRecommendation, RankedItem, Recommendation
from functions.argument_values import MAX_RECOMMENDATIONS, MOST_ITEMS, MOST_MEMBERS, MOST_RATINGS
from functions.batch_contract.sizes import FLOAT, LISTED_ID, SINGLE, TRAINING_JOB, ids
from functions.operations.rank_items import RankedItems
from functions.operations.recommend_for import RecommendationsFor
from functions.operations.recommend_group import GroupRecommendations


def recommendation(id_length: int = LISTED_ID) -> Recommendation:
    """The largest recommendation with ids of so many characters."""
    return {
        "item_id": "i" * id_length,
        "rank": MAX_RECOMMENDATIONS,
        "score": FLOAT,
        "estimated_rating": FLOAT,
        "reason": {
            "kind": "because_you_rated",
            "item_ids": ["i" * id_length] * 3,
            "share": FLOAT,
        },
    }


def _named_recommendation() -> NamedRecommendation:
    return {**recommendation(), "training_job": TRAINING_JOB}


def _recommendations_for() -> RecommendationsFor:
    return {
        "recommendations": [recommendation()] * MAX_RECOMMENDATIONS,
        "training_job": TRAINING_JOB,
        "warning": "w" * 100,
        "unknown_items": ids(MOST_RATINGS),
    }


def ranked_item(rank: int, id_length: int = LISTED_ID) -> RankedItem:
    """The largest item of an order, with ids of so many characters."""
    item: RankedItem = {
        "item_id": "i" * id_length,
        "rank": rank,
        "score": SINGLE,
        "estimated_rating": SINGLE,
        "rated": False,
    }
    if rank <= MAX_RECOMMENDATIONS:
        item["reason"] = recommendation(id_length)["reason"]
    return item


def _ranked_items() -> RankedItems:
    return {
        "items": [ranked_item(rank) for rank in range(1, MOST_ITEMS + 1)],
        "training_job": TRAINING_JOB,
        "unknown_ratings": ids(MOST_RATINGS),
    }


def group_recommendation(id_length: int = LISTED_ID) -> GroupRecommendation:
    """The largest recommendation for a group, with ids of so many characters."""
    one = recommendation(id_length)
    return {
        "item_id": one["item_id"],
        "rank": one["rank"],
        "score": SINGLE,
        "estimated_rating": SINGLE,
        "estimated_ratings": [SINGLE] * MOST_MEMBERS,
        "reason": {**one["reason"], "member": MOST_MEMBERS},
    }


def _group_recommendations() -> GroupRecommendations:
    return {
        "recommendations": [group_recommendation()] * MAX_RECOMMENDATIONS,
        "rule": "without_misery",
        "training_job": TRAINING_JOB,
        "warning": "w" * 120,
        "unknown_items": ids(MOST_RATINGS),
    }


ANSWERS: dict[str, Callable[[], Any]] = {
    "recommend": lambda: [_named_recommendation()] * MAX_RECOMMENDATIONS,
    "recommend_for": _recommendations_for,
    "rank_items": _ranked_items,
    "recommend_group": _group_recommendations,
}

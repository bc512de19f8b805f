"""The largest answers of the functions that list items."""

from collections.abc import Callable
from typing import Any

from functions.answers import (
    FoundItem,
    GroupRecommendation,
    NamedRecommendation,
    RankedItem,
    Recommendation,
    SharedContent,
    SimilarItem,
)
from functions.argument_values import MAX_RECOMMENDATIONS, MOST_ITEMS, MOST_MEMBERS, MOST_RATINGS
from functions.batch_contract.sizes import FLOAT, LISTED_ID, SINGLE, TRAINED_ID, TRAINING_JOB, ids
from functions.operations.find_items import FoundItems
from functions.operations.rank_items import RankedItems
from functions.operations.recommend_for import RecommendationsFor
from functions.operations.recommend_group import GroupRecommendations
from functions.operations.similar_items import SimilarItems


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


def _shared_content() -> SharedContent:
    return {"kind": "content", "field": "F" * LISTED_ID, "terms": ["t" * LISTED_ID] * 3}


def similar_item(id_length: int = LISTED_ID) -> SimilarItem:
    """The largest neighbour, with an id of so many characters."""
    return {
        "item_id": "i" * id_length,
        "rank": MAX_RECOMMENDATIONS,
        "similarity": SINGLE,
        "reason": _shared_content(),
    }


def found_item(id_length: int = LISTED_ID) -> FoundItem:
    """The largest find, with an id of so many characters."""
    return {
        "item_id": "i" * id_length,
        "rank": MAX_RECOMMENDATIONS,
        "similarity": SINGLE,
        "rated": False,
        "reason": _shared_content(),
    }


def _similar_items() -> SimilarItems:
    return {
        "similar_items": [similar_item()] * MAX_RECOMMENDATIONS,
        "item_id": "i" * TRAINED_ID,
        "training_job": TRAINING_JOB,
        "warning": "w" * 100,
    }


def _found_items() -> FoundItems:
    return {
        "items": [found_item()] * MAX_RECOMMENDATIONS,
        "training_job": TRAINING_JOB,
        "warning": "w" * 100,
    }


ANSWERS: dict[str, Callable[[], Any]] = {
    "recommend": lambda: [_named_recommendation()] * MAX_RECOMMENDATIONS,
    "recommend_for": _recommendations_for,
    "rank_items": _ranked_items,
    "recommend_group": _group_recommendations,
    "similar_items": _similar_items,
    "find_items": _found_items,
}

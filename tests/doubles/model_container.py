"""A model's container whose answers depend on nothing but endpoint and row."""

import hashlib
import json
from functools import partial
from typing import Any

#: In the name of a model that was trained on a table without ratings.
EVENTS = "events"


def score(endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The reply to a request with columns."""
    known = {"training_job": "job", "model_artifact": f"s3://artifact/{endpoint}"}
    if EVENTS in endpoint and {"estimate", "estimate_for"} & payload.keys():
        return known | {"refusal": "The model was trained on a table without ratings."}
    if "estimate" in payload:
        columns = payload["estimate"]
        pairs = list(zip(columns["user_ids"], columns["item_ids"], strict=True))
        return known | {
            "estimates": [estimate(endpoint, *pair) for pair in pairs],
            "known_users": [user.isdigit() for user, _ in pairs],
            "known_items": [item.isdigit() for _, item in pairs],
        }
    if "recommend" in payload:
        columns = payload["recommend"]
        return known | {
            "recommendations": [
                [{"item_id": f"{user}/{n}", "rank": n} for n in range(1, count + 1)]
                for user, count in zip(columns["user_ids"], columns["counts"], strict=True)
            ]
        }
    return known | _for_cold_users(endpoint, payload)


def _for_cold_users(endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Refuses ratings above 5, as a model of stars does."""
    ((operation, columns),) = payload.items()
    if operation == "similar_items":
        pairs = zip(columns["item_ids"], columns["counts"], strict=True)
        return {"neighbours": [_alike("similar_items", *pair) for pair in pairs]}
    if operation == "find_items":
        pairs = zip(columns["texts"], columns["counts"], strict=True)
        return {"finds": [_alike("items", *pair) for pair in pairs]}
    if operation == "recommend_group":
        group_list = partial(_group_list, endpoint)
        return {"lists": list(map(group_list, columns["members"], columns["counts"]))}
    rows = list(zip(*columns.values(), strict=True))
    refused = [
        "The rating must be 1 to 5." if any(value > 5 for value in row[0].values()) else None
        for row in rows
    ]
    if operation == "rank_items":
        orders = [
            {"error": no} if no else {"items": _ranked(row[0], row[1])}
            for no, row in zip(refused, rows, strict=True)
        ]
        return {"orders": orders}
    if operation == "estimate_for":
        texts = [json.dumps(row[0], sort_keys=True) for row in rows]
        estimates = [
            None if no else estimate(endpoint, text, row[1])
            for no, text, row in zip(refused, texts, rows, strict=True)
        ]
        return {"estimates": estimates, "errors": refused}
    lists = [
        {"error": no} if no else {"recommendations": _best(endpoint, row[0], row[1])}
        for no, row in zip(refused, rows, strict=True)
    ]
    return {"lists": lists}


def _best(endpoint: str, ratings: dict[str, float], count: int) -> list[dict[str, Any]]:
    """Items by number, without the rated ones."""
    stars = (lambda _: None) if EVENTS in endpoint else (lambda rank: 1 + rank % 4)
    unseen = [str(n) for n in range(count + len(ratings)) if str(n) not in ratings]
    return [
        {"item_id": item, "rank": rank, "score": 1 / rank, "estimated_rating": stars(rank)}
        for rank, item in enumerate(unseen[:count], 1)
    ]


def _ranked(ratings: dict[str, float], items: list[str]) -> list[dict[str, Any]]:
    """The items backwards."""
    return [
        {
            "item_id": item,
            "rank": rank,
            "score": 1 / rank,
            "estimated_rating": 3.5,
            "rated": item in ratings,
        }
        for rank, item in enumerate(reversed(items), 1)
    ]


def _alike(name: str, asked: str, count: int) -> dict[str, Any]:
    if asked == "unknown":
        return {"error": "The model knows no such thing."}
    return {name: [{"item_id": f"{asked}/{n}", "rank": n} for n in range(1, count + 1)]}


def _group_list(endpoint: str, members: list[dict[str, Any]], count: int) -> dict[str, Any]:
    """Items that nobody has rated; refuses members with ratings above 5."""
    for number, member in enumerate(members):
        if any(value > 5 for value in member["ratings"].values()):
            return {"error": f"Member {number}: The rating must be 1 to 5."}
    rated = {item: 1.0 for member in members for item in member["ratings"]}
    return {"recommendations": _best(endpoint, rated, count), "rule": "average"}


def estimate(endpoint: str, user: str, item: str) -> float:
    text = json.dumps([endpoint, user, item])
    return 1 + int(hashlib.sha256(text.encode()).hexdigest()[:4], 16) % 4000 / 1000

"""The `invoke` Lambda: estimated ratings and recommendations from the deployed models."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from functions import arguments, error_codes
from functions.answers import EstimateDetails, Recommendation, RecommendationsFor, Refusal
from functions.api import Batch, Operation, make_handler, refusal
from functions.errors import RefusedError
from functions.external_function import Row
from functions.names import check_model_name
from functions.sagemaker.endpoints import Endpoints
from functions.sagemaker.errors import MalformedReplyError
from functions.sagemaker.inference import InferenceRequest
from functions.settings import invoke_settings


@dataclass(frozen=True, kw_only=True)
class Verb:
    """An operation of the container: how rows become columns, and replies become rows."""

    name: str
    columns: tuple[str, ...]
    #: The arguments after the model's name as values of the columns.
    read: Callable[[Sequence[Any]], tuple[Any, ...]]
    #: How much of an answer a row's values ask for.
    weigh: Callable[[tuple[Any, ...]], int]
    most_per_call: int
    #: Values of the rows, out of a reply.
    spread: Callable[[dict[str, Any]], Iterable[Any]]
    #: What a row with a NULL gets, without a call.
    of_null: RefusedError | None = None
    #: Positions of arguments that may be NULL.
    may_be_null: frozenset[int] = frozenset()


def invoke_model(batch: Batch) -> list[float | None]:
    """Estimated ratings; one refused row fails the batch, because a FLOAT cannot tell."""
    return _or_raised(_values(batch, _ESTIMATE))


def invoke_model_details(batch: Batch) -> list[EstimateDetails | Refusal | None]:
    """Estimated ratings with what the model knew."""
    return _with_refusals(_values(batch, _DETAILS))


def recommend(batch: Batch) -> list[list[Recommendation] | Refusal]:
    """The best unseen items of each row's user."""
    return _with_refusals(_values(batch, _RECOMMEND))


def estimate_for(batch: Batch) -> list[float | None]:
    """What somebody with the given ratings would give to an item; learnt on the spot.

    One refused row fails the batch, because a FLOAT cannot tell.
    """
    return _or_raised(_values(batch, _ESTIMATE_FOR))


def recommend_for(batch: Batch) -> list[RecommendationsFor | Refusal]:
    """The best items for somebody with the given ratings, within filters; learnt on the spot."""
    return _with_refusals(_values(batch, _RECOMMEND_FOR))


def _values(batch: Batch, verb: Verb) -> list[Any]:
    """A value, None or a RefusedError for each row, in the order of the rows."""
    values: list[Any] = [None] * len(batch.rows)
    groups: dict[str, list[tuple[int, tuple[Any, ...]]]] = {}
    for position, row in enumerate(batch.rows):
        if _lacks_an_argument(row, verb):
            values[position] = verb.of_null
            continue
        try:
            model_name = check_model_name(row.arguments[0])
            cells = verb.read(row.arguments[1:])
        except RefusedError as error:
            values[position] = error
        else:
            groups.setdefault(model_name, []).append((position, cells))
    requests = [
        _request(verb, name, [cells for _, cells in group]) for name, group in groups.items()
    ]
    replies = Endpoints(batch.deadline).invoke(invoke_settings().prefix, requests)
    for group, reply in zip(groups.values(), replies, strict=True):
        positions = [position for position, _ in group]
        for position, value in zip(positions, _spread(verb, reply, len(group)), strict=True):
            values[position] = value
    return values


def _lacks_an_argument(row: Row, verb: Verb) -> bool:
    missing = {place for place, argument in enumerate(row.arguments) if argument is None}
    return not missing <= verb.may_be_null


def _request(verb: Verb, model_name: str, rows: Sequence[tuple[Any, ...]]) -> InferenceRequest:
    columns = dict(zip(verb.columns, map(list, zip(*rows, strict=True)), strict=True))
    return InferenceRequest(
        model_name=model_name,
        operation=verb.name,
        columns=columns,
        weights=[verb.weigh(row) for row in rows],
        most_per_call=verb.most_per_call,
    )


def _spread(verb: Verb, reply: list[bytes] | RefusedError, count: int) -> list[Any]:
    if isinstance(reply, RefusedError):
        return [reply] * count
    try:
        values = [value for part in reply for value in verb.spread(json.loads(part))]
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedReplyError(
            "An endpoint's reply is not what its container promises."
        ) from error
    if len(values) != count:
        raise MalformedReplyError(f"An endpoint gave {len(values)} answers to {count} rows.")
    return values


def _or_raised(values: list[Any]) -> list[Any]:
    for value in values:
        if isinstance(value, RefusedError):
            raise value
    return values


def _with_refusals(values: list[Any]) -> list[Any]:
    return [refusal(value) if isinstance(value, RefusedError) else value for value in values]


def _estimates_for(reply: dict[str, Any]) -> Iterable[float | RefusedError]:
    for estimate, error in zip(reply["estimates"], reply["errors"], strict=True):
        yield estimate if error is None else RefusedError(error_codes.INVALID_RATINGS, error)


def _lists_for(reply: dict[str, Any]) -> Iterable[RecommendationsFor | RefusedError]:
    for found in reply["lists"]:
        # the model alone knows its scale, genres and countries
        yield (
            RefusedError(error_codes.REFUSED_BY_MODEL, found["error"])
            if "error" in found
            else found
        )


def _details(reply: dict[str, Any]) -> Iterable[EstimateDetails]:
    columns = (reply["estimates"], reply["known_users"], reply["known_items"])
    for estimate, known_user, known_item in zip(*columns, strict=True):
        yield {
            "estimate": estimate,
            "known_user": known_user,
            "known_item": known_item,
            "model_artifact": reply["model_artifact"],
        }


_ESTIMATE = Verb(
    name="estimate",
    columns=("user_ids", "item_ids"),
    read=arguments.read_pair,
    weigh=lambda _: 1,
    most_per_call=50_000,
    spread=lambda reply: reply["estimates"],
)
_DETAILS = Verb(
    name="estimate",
    columns=_ESTIMATE.columns,
    read=arguments.read_pair,
    weigh=_ESTIMATE.weigh,
    most_per_call=_ESTIMATE.most_per_call,
    spread=_details,
)
_RECOMMEND = Verb(
    name="recommend",
    columns=("user_ids", "counts"),
    read=arguments.read_user_wish,
    weigh=lambda cells: int(cells[1]),
    most_per_call=20_000,
    spread=lambda reply: reply["recommendations"],
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT,
        "Model, user and number of recommendations must not be NULL.",
    ),
)
_ESTIMATE_FOR = Verb(
    name="estimate_for",
    columns=("ratings", "item_ids"),
    read=arguments.read_ratings_pair,
    weigh=lambda _: 1,
    most_per_call=5_000,
    spread=_estimates_for,
)
_RECOMMEND_FOR = Verb(
    name="recommend_for",
    columns=("ratings", "counts", "filters"),
    read=arguments.read_wish,
    weigh=lambda cells: int(cells[1]),
    most_per_call=5_000,
    spread=_lists_for,
    of_null=RefusedError(
        error_codes.NULL_ARGUMENT,
        "Model and number of recommendations must not be NULL.",
    ),
    # no ratings and no filters are what a new viewer has
    may_be_null=frozenset({1, 3}),
)

OPERATIONS = {
    "/invoke": Operation(answer=invoke_model),
    "/invoke-details": Operation(answer=invoke_model_details),
    "/recommend": Operation(answer=recommend),
    "/estimate-for": Operation(answer=estimate_for),
    "/recommend-for": Operation(answer=recommend_for),
}

handler = make_handler(OPERATIONS)

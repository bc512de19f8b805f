"""The `invoke` Lambda: estimated ratings and recommendations from the deployed models."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from functions.answers import EstimateDetails, Recommendation, Refusal
from functions.api import Batch, Operation, make_handler, refusal
from functions.errors import RefusedError
from functions.inference import Inference, MalformedReplyError, Question
from functions.names import check_model_name, shown
from functions.settings import invoke_settings

#: Recommendations for one user in one row.
MAX_RECOMMENDATIONS = 1000

LONGEST_ID = 4096
#: Half a character: JSON can spell it, nothing else can hold it.
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Digits in which Snowflake prints a whole FLOAT; beyond, it uses an exponent.
_LONGEST_WHOLE_FLOAT = 38


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One kind of question: how rows become columns, and replies become rows."""

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


def invoke_model(batch: Batch) -> list[float | None]:
    """Estimated ratings; one refused row fails the batch, because a FLOAT cannot tell."""
    values = _values(batch, _ESTIMATE)
    for value in values:
        if isinstance(value, RefusedError):
            raise value
    return values


def invoke_model_details(batch: Batch) -> list[EstimateDetails | Refusal | None]:
    """Estimated ratings with what the model knew."""
    return _with_refusals(_values(batch, _DETAILS))


def recommend(batch: Batch) -> list[list[Recommendation] | Refusal]:
    """The best unseen items of each row's user."""
    return _with_refusals(_values(batch, _RECOMMEND))


def id_text(value: Any) -> str:
    """An id as Snowflake prints it when it casts it to VARCHAR.

    Raises:
        RefusedError: It is no text, number or boolean, or absurdly long.
    """
    match value:
        case str():
            text = value
        case bool():
            text = "true" if value else "false"
        case int():
            text = str(value)
        case Decimal():
            text = _float_text(value)
        case _:
            raise RefusedError("InvalidId", f"{shown(value)} is not an id: give text or a number.")
    if len(text) > LONGEST_ID:
        raise RefusedError("InvalidId", f"An id of {len(text)} characters is too long.")
    if not text.isascii() and _SURROGATE.search(text):
        raise RefusedError("InvalidId", f"{shown(text)} is not an id: it is no Unicode text.")
    return text


def _float_text(value: Decimal) -> str:
    if value == 0:
        return "0"
    if value.adjusted() >= _LONGEST_WHOLE_FLOAT or value.adjusted() < -_LONGEST_WHOLE_FLOAT:
        return repr(float(value))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _values(batch: Batch, verb: Verb) -> list[Any]:
    """A value, None or a RefusedError for each row, in the order of the rows."""
    values: list[Any] = [None] * len(batch.rows)
    groups: dict[str, list[tuple[int, tuple[Any, ...]]]] = {}
    for position, row in enumerate(batch.rows):
        if None in row.arguments:
            values[position] = verb.of_null
            continue
        try:
            model_name = check_model_name(row.arguments[0])
            cells = verb.read(row.arguments[1:])
        except RefusedError as error:
            values[position] = error
        else:
            groups.setdefault(model_name, []).append((position, cells))
    questions = [
        _question(verb, name, [cells for _, cells in group]) for name, group in groups.items()
    ]
    replies = Inference(invoke_settings().prefix, batch.deadline).ask(questions)
    for group, reply in zip(groups.values(), replies, strict=True):
        positions = [position for position, _ in group]
        for position, value in zip(positions, _spread(verb, reply, len(group)), strict=True):
            values[position] = value
    return values


def _question(verb: Verb, model_name: str, rows: Sequence[tuple[Any, ...]]) -> Question:
    columns = dict(zip(verb.columns, map(list, zip(*rows, strict=True)), strict=True))
    return Question(
        model_name=model_name,
        verb=verb.name,
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


def _with_refusals(values: list[Any]) -> list[Any]:
    return [refusal(value) if isinstance(value, RefusedError) else value for value in values]


def _read_pair(arguments: Sequence[Any]) -> tuple[str, str]:
    user_id, item_id = arguments
    return id_text(user_id), id_text(item_id)


def _read_count(arguments: Sequence[Any]) -> tuple[str, int]:
    user_id, count = arguments
    is_number = isinstance(count, int | Decimal) and not isinstance(count, bool)
    # The range first: int() of a short text like 1e999999999 would fill the memory.
    if not is_number or not 1 <= count <= MAX_RECOMMENDATIONS or count != int(count):
        raise RefusedError(
            "InvalidCount",
            f"The number of recommendations must be a whole number from 1 to {MAX_RECOMMENDATIONS},"
            f" not {shown(count)}.",
        )
    return id_text(user_id), int(count)


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
    read=_read_pair,
    weigh=lambda _: 1,
    most_per_call=50_000,
    spread=lambda reply: reply["estimates"],
)
_DETAILS = Verb(
    name="estimate",
    columns=_ESTIMATE.columns,
    read=_read_pair,
    weigh=_ESTIMATE.weigh,
    most_per_call=_ESTIMATE.most_per_call,
    spread=_details,
)
_RECOMMEND = Verb(
    name="recommend",
    columns=("user_ids", "counts"),
    read=_read_count,
    weigh=lambda cells: int(cells[1]),
    most_per_call=20_000,
    spread=lambda reply: reply["recommendations"],
    of_null=RefusedError(
        "NullArgument", "Model, user and number of recommendations must not be NULL."
    ),
)

OPERATIONS = {
    "/invoke": Operation(answer=invoke_model),
    "/invoke-details": Operation(answer=invoke_model_details),
    "/recommend": Operation(answer=recommend),
}

handler = make_handler(OPERATIONS)

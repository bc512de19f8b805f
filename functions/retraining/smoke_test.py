"""The smoke test of a candidate's endpoint: a hundred lists and estimates, which must all hold.

No table of users is in reach here: the tested are made up of the model's own items, one rating
each, as a viewer is after the first one.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.errors import RefusedError
from functions.gate_rule import WRONG_ANSWERS, Rule
from functions.payload import LISTED_BYTES
from functions.sagemaker.errors import MalformedReplyError
from functions.sagemaker.inference import Inference, InferenceRequest

#: Lists and estimates that are asked for, and items of a list.
TESTS, _LENGTH = 100, 10
_ESTIMATE_BYTES, _MOST_PER_CALL = 150, 5_000


@dataclass(frozen=True)
class SmokeTest:
    """Answers that were wrong, as sentences; none of a sound endpoint."""

    faults: list[str]

    @property
    def rule(self) -> Rule:
        """The test as one of the gate's rules."""
        return Rule(name=WRONG_ANSWERS, figure=float(len(self.faults)), bound="at most", limit=0.0)


def smoke_test(inference: Inference, prefix: str, model_name: str) -> SmokeTest:
    """Ask the candidate's endpoint of a model.

    Args:
        inference: Carries the requests.
        prefix: Of the stack's names.
        model_name: The model.

    Raises:
        RefusedError: It cannot answer at all.
        BusyError: It is not ready yet.
    """
    try:
        return _asked(_Asker(inference, prefix, model_name))
    except (MalformedReplyError, KeyError, TypeError, ValueError) as error:
        return SmokeTest([f"an answer is malformed ({type(error).__name__})"])


def _asked(asker: "_Asker") -> SmokeTest:
    (best,) = asker.lists([{}], TESTS)
    items = best.get("recommendations", ())
    if not items:
        return SmokeTest([f"a newcomer's list is {_shown(best)}"])
    if not asker.estimates([{}], [items[0]["item_id"]]):
        events = [{item["item_id"]: 1.0} for item in _taken(items)]
        return SmokeTest([*_of_lists(events, asker.lists(events, _LENGTH), ("score",))])
    rated = [_rating(item) for item in _taken(items)]
    numbers = ("score", "estimated_rating")
    faults = [*_of_lists(rated, asker.lists(rated, _LENGTH), numbers)]
    others = [item["item_id"] for item in _taken(items[1:] + items[:1])]
    return SmokeTest([*faults, *_of_estimates(rated, asker.estimates(rated, others))])


def _taken(items: Sequence[Any]) -> list[Any]:
    """As many items as there are tests, from the first again where there are fewer."""
    return [items[number % len(items)] for number in range(TESTS)]


@dataclass(frozen=True)
class _Asker:
    """Asks one endpoint."""

    inference: Inference
    prefix: str
    model_name: str

    def lists(self, ratings: Sequence[Mapping[str, float]], count: int) -> list[Any]:
        counts = [count] * len(ratings)
        columns = {"ratings": ratings, "counts": counts, "filters": [{}] * len(ratings)}
        reply = self._ask("recommend_for", columns, counts, LISTED_BYTES)
        return [answer for part in reply for answer in part["lists"]]

    def estimates(
        self, ratings: Sequence[Mapping[str, float]], items: Sequence[str]
    ) -> list[float | None]:
        """None at all of a model that was trained on a table without ratings."""
        columns = {"ratings": ratings, "item_ids": items}
        reply = self._ask("estimate_for", columns, [1] * len(ratings), _ESTIMATE_BYTES)
        if any("refusal" in part for part in reply):
            return []
        return [answer for part in reply for answer in part["estimates"]]

    def _ask(
        self,
        operation: str,
        columns: Mapping[str, Sequence[Any]],
        weights: Sequence[int],
        answer_bytes: int,
    ) -> list[Any]:
        request = InferenceRequest(
            model_name=self.model_name,
            kind="candidate",
            operation=operation,
            columns=columns,
            weights=weights,
            most_per_call=_MOST_PER_CALL,
            answer_bytes=answer_bytes,
        )
        (reply,) = self.inference.invoke(self.prefix, [request])
        if isinstance(reply, RefusedError):
            raise reply
        return [json.loads(part) for part in reply]


def _rating(item: Mapping[str, Any]) -> dict[str, float]:
    """A rating of an item that is on the scale: what the model expects of it."""
    return {str(item["item_id"]): float(item["estimated_rating"])}


def _of_lists(
    rated: Sequence[Mapping[str, float]], lists: Sequence[Any], names: Sequence[str]
) -> Iterator[str]:
    for ratings, answer in zip(rated, lists, strict=True):
        items = [each["item_id"] for each in answer.get("recommendations", ())]
        numbers = [each[name] for each in answer.get("recommendations", ()) for name in names]
        is_sound = items and len(set(items)) == len(items) and not set(items) & set(ratings)
        if not is_sound or not all(map(math.isfinite, numbers)):
            yield f"the list for {_shown(ratings)} is {_shown(answer)}"


def _of_estimates(
    rated: Sequence[Mapping[str, float]], estimates: Sequence[float | None]
) -> Iterator[str]:
    for ratings, estimate in zip(rated, estimates, strict=True):
        if estimate is None or not math.isfinite(estimate):
            yield f"the estimate for {_shown(ratings)} is {_shown(estimate)}"


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 120 else f"{text[:120]}..."

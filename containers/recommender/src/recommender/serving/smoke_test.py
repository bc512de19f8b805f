"""Smoke test of a model before it serves: it is asked as an endpoint is, bytes in and bytes out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson

from recommender.artifact.artifact import Artifact
from recommender.serving import wire
from recommender.serving.predictor import Predictor

#: Requests of each kind, one row each.
REQUESTS = 100
_LENGTH = 10

Question = dict[str, Any]


@dataclass(frozen=True)
class SmokeTest:
    """Estimates and lists of a model's own users and items, drawn alike each time.

    Attributes:
        artifact: The model.
    """

    artifact: Artifact

    def failures(self) -> int:
        """Number of requests, of 200, whose answer nobody should be shown."""
        random = np.random.default_rng(0)
        users = random.integers(len(self.artifact.user_ids), size=REQUESTS).tolist()
        items = random.integers(len(self.artifact.item_ids), size=REQUESTS).tolist()
        pairs = () if self._is_implicit else zip(users, items, strict=True)
        sound = [self._has_sound_estimate(*pair) for pair in pairs]
        sound += [self._has_sound_list(user) for user in users]
        return sound.count(False)

    @property
    def _is_implicit(self) -> bool:
        return self.artifact.manifest.is_implicit

    @cached_property
    def _predictor(self) -> Predictor:
        return Predictor(self.artifact)

    @cached_property
    def _item_ids(self) -> set[str]:
        return set(self.artifact.item_ids.tolist())

    def _has_sound_estimate(self, user: int, item: int) -> bool:
        ids = {
            "user_ids": [str(self.artifact.user_ids[user])],
            "item_ids": [str(self.artifact.item_ids[item])],
        }
        return self._is_sound(
            {"estimate": ids}, lambda answer: self._is_on_scale(answer["estimates"][0])
        )

    def _has_sound_list(self, user: int) -> bool:
        asked = {"user_ids": [str(self.artifact.user_ids[user])], "counts": [_LENGTH]}
        rated, _ = self.artifact.users.history(user)
        seen = set(self.artifact.item_ids[rated].tolist())
        return self._is_sound(
            {"recommend": asked},
            lambda answer: self._is_list(answer["recommendations"][0], self._item_ids - seen),
        )

    def _is_sound(self, question: Question, is_sound: Callable[[Any], bool]) -> bool:
        """True if the answer is; a question that raises an error, or breaks a check, has none."""
        try:
            return is_sound(self._ask(question))
        except Exception:  # noqa: BLE001 - the boundary: whatever goes wrong is one more failure
            return False

    def _ask(self, question: Question) -> Any:
        """The answer as whoever asks an endpoint reads it: a number that is none is null."""
        json = wire.format_of(wire.JSON)
        answer = self._predictor.predict(json.decode(orjson.dumps(question)))
        return orjson.loads(json.encode(answer))

    def _is_list(self, rows: list[dict[str, Any]], unseen: set[str]) -> bool:
        """True for ten different unseen items, or all that are left, each with sound numbers."""
        ids = {row["item_id"] for row in rows}
        return (
            len(rows) == len(ids) == min(_LENGTH, len(unseen))
            and ids <= unseen
            and all(np.isfinite(row["score"]) for row in rows)
            and all(self._is_estimate(row["estimated_rating"]) for row in rows)
        )

    def _is_estimate(self, value: float | None) -> bool:
        if value is None or self._is_implicit:
            return value is None and self._is_implicit
        return self._is_on_scale(value)

    def _is_on_scale(self, value: float) -> bool:
        # in the precision in which answers leave
        low, high = map(np.float32, self.artifact.manifest.rating_scale)
        return bool(low <= np.float32(value) <= high)

"""Answers of a loaded model: ids in, estimates and recommendations out. No transport, no format."""

from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.artifact import Artifact
from recommender.factors import UNKNOWN
from recommender.top_n import recommend
from recommender.wire import Answer, Estimate, Recommend, Request

#: Up to so many rows are estimated one by one.
FEW_ROWS = 8


class Predictor:
    """One model, ready to answer."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._item_ids = artifact.item_ids.tolist()
        self._user_places = _places(artifact.user_ids.tolist())
        self._item_places = _places(self._item_ids)

    def predict(self, request: Request) -> Answer:
        """Answer one request, rows in its order."""
        columns = (
            self.estimate(request) if isinstance(request, Estimate) else self.recommend(request)
        )
        manifest = self._artifact.manifest
        return columns | {
            "training_job": manifest.training_job,
            "model_artifact": manifest.model_artifact,
        }

    def estimate(self, request: Estimate) -> Answer:
        """The estimated rating of each pair; an unknown id gets the best estimate without it."""
        if len(request.user_ids) <= FEW_ROWS:
            return self._estimate_few(request)
        users = _find(self._user_places, request.user_ids)
        items = _find(self._item_places, request.item_ids)
        return {
            "estimates": self._artifact.model.estimate(users, items),
            "known_users": users != UNKNOWN,
            "known_items": items != UNKNOWN,
        }

    def _estimate_few(self, request: Estimate) -> Answer:
        # For a handful of rows the making of arrays would cost more than the work on them.
        users = [self._user_places.get(id_, UNKNOWN) for id_ in request.user_ids]
        items = [self._item_places.get(id_, UNKNOWN) for id_ in request.item_ids]
        estimate = self._artifact.model.estimate_one
        return {
            "estimates": [estimate(*pair) for pair in zip(users, items, strict=True)],
            "known_users": [user != UNKNOWN for user in users],
            "known_items": [item != UNKNOWN for item in items],
        }

    def recommend(self, request: Recommend) -> Answer:
        """Each user's best unseen items; an unknown user gets what is best for anyone."""
        users = _find(self._user_places, request.user_ids)
        lists: list[list[dict[str, Any]]] = [[] for _ in request.user_ids]
        model, most = self._artifact.model, max(request.counts, default=1)
        for block in recommend(model, self._artifact.rated, users, most):
            rows = zip(
                block.rows.tolist(),
                block.items.tolist(),
                block.ranks.tolist(),
                block.scores.tolist(),
                model.clip(block.scores).tolist(),
                strict=True,
            )
            for row, item, rank, score, estimate in rows:
                if rank <= request.counts[row]:
                    lists[row].append(
                        {
                            "item_id": self._item_ids[item],
                            "rank": rank,
                            "score": score,
                            "estimated_rating": estimate,
                        }
                    )
        return {"recommendations": lists, "known_users": users != UNKNOWN}

    def is_healthy(self) -> bool:
        """Whether the model answers: tried, not assumed."""
        nobody = np.array([UNKNOWN])
        return bool(np.isfinite(self._artifact.model.estimate(nobody, nobody)).all())


def _places(ids: list[str]) -> dict[str, int]:
    return {id_: place for place, id_ in enumerate(ids)}


def _find(places: dict[str, int], ids: list[str]) -> npt.NDArray[np.int64]:
    # map and repeat: the loop over the ids runs inside the interpreter's C code
    return np.fromiter(map(places.get, ids, repeat(UNKNOWN)), np.int64, len(ids))

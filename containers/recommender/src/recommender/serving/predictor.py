"""Answers of a loaded model: ids in, estimates and recommendations out. No transport, no format.

Estimates and scores leave in single precision: they are written with seven digits or so, not with
sixteen, which are no knowledge and would be a quarter of each answer.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from recommender.arrays import UNKNOWN
from recommender.artifact.artifact import Artifact
from recommender.data.ids import IdIndex
from recommender.rating import no_estimates
from recommender.rating.fold_in import fold_in
from recommender.serving import list_options
from recommender.serving.caller import Caller
from recommender.serving.columns import RequestError
from recommender.serving.filters import FilterError, Filters
from recommender.serving.group_list import GroupLists
from recommender.serving.group_request import GroupError, GroupReader
from recommender.serving.item_order import ItemOrder
from recommender.serving.item_search import ItemSearch, NoContentError
from recommender.serving.label_names import UnknownLabelError
from recommender.serving.moment import MomentRatings
from recommender.serving.neighbours import Neighbours
from recommender.serving.shortlist import RecommendationRequest, Shortlister
from recommender.serving.wire import (
    Answer,
    Estimate,
    EstimateFor,
    FindItems,
    RankItems,
    Recommend,
    RecommendFor,
    RecommendGroup,
    Request,
    SimilarItems,
)

_Operation = Callable[[Any, Caller], Answer]

#: Up to so many rows are estimated one by one.
FEW_ROWS = 8


class Predictor:
    """One model, ready to answer."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._user_indices = IdIndex(artifact.user_ids.tolist())
        self._item_indices = IdIndex(artifact.catalogue_ids, artifact.other_ids)
        self._moment = MomentRatings(artifact.manifest, self._item_indices)
        self._shortlister = Shortlister(artifact)
        self._neighbours = Neighbours(artifact)
        self._search = ItemSearch(artifact)
        self._group_reader = GroupReader(artifact.item_features, self._item_indices, self._moment)
        self._group_lists = GroupLists(artifact, self._shortlister)
        self._item_order = ItemOrder(self._shortlister, artifact.model, self._item_indices)
        self._answers: dict[type[Request], _Operation] = {
            Recommend: self.recommend,
            EstimateFor: self.estimate_for,
            RecommendFor: self.recommend_for,
            RankItems: self.rank_items,
            RecommendGroup: self.recommend_group,
            SimilarItems: self.similar_items,
            FindItems: self.find_items,
        }

    def predict(self, request: Request, caller: Caller | None = None) -> Answer:
        """Answer one request, rows in its order.

        Args:
            request: What is asked.
            caller: Who waits; asked before each row that takes long.

        Raises:
            NobodyWaitsError: Nobody waits for the answer any more.
        """
        is_refused = self._is_implicit and isinstance(request, Estimate | EstimateFor)
        refusal = {"refusal": no_estimates.SENTENCE}
        columns = refusal if is_refused else self._columns(request, caller or Caller())
        manifest = self._artifact.manifest
        return columns | {
            "training_job": manifest.training_job,
            "model_artifact": manifest.model_artifact,
        }

    @property
    def _is_implicit(self) -> bool:
        return self._artifact.manifest.is_implicit

    def _columns(self, request: Request, caller: Caller) -> Answer:
        caller.require()
        if isinstance(request, Estimate):
            return self.estimate(request)
        return self._answers[type(request)](request, caller)

    def estimate(self, request: Estimate) -> Answer:
        """The estimated rating of each pair; an unknown id gets the best estimate without it."""
        if len(request.user_ids) <= FEW_ROWS:
            return self._estimate_few(request)
        users = self._user_indices.places(request.user_ids)
        items = self._item_indices.places(request.item_ids)
        return {
            "estimates": self._artifact.model.estimate(users, items).astype(np.float32),
            "known_users": users != UNKNOWN,
            "known_items": items != UNKNOWN,
        }

    def _estimate_few(self, request: Estimate) -> Answer:
        # For a handful of rows the making of arrays would cost more than the work on them.
        users = [self._user_indices.get(id_, UNKNOWN) for id_ in request.user_ids]
        items = [self._item_indices.get(id_, UNKNOWN) for id_ in request.item_ids]
        estimate = self._artifact.model.estimate_one
        return {
            "estimates": [np.float32(estimate(*pair)) for pair in zip(users, items, strict=True)],
            "known_users": [user != UNKNOWN for user in users],
            "known_items": [item != UNKNOWN for item in items],
        }

    def recommend(self, request: Recommend, caller: Caller) -> Answer:
        """Each user's best unseen items; an unknown user gets what is best for anyone."""
        users = self._user_indices.places(request.user_ids)
        everyone = self._artifact.users
        lists = []
        for user, count in zip(users.tolist(), request.counts, strict=True):
            caller.require()
            wanted = RecommendationRequest(count)
            lists.append(self._shortlister.list_for(everyone.take(user), wanted))
        return {"recommendations": lists, "known_users": users != UNKNOWN}

    def estimate_for(self, request: EstimateFor, caller: Caller) -> Answer:
        """Estimates for users with ratings of the moment; a row may hold an error instead."""
        estimates: list[np.float32 | None] = []
        errors: list[str | None] = []
        for ratings, item_id in zip(request.ratings, request.item_ids, strict=True):
            caller.require()
            try:
                user = self._moment.history(ratings)
            except RequestError as error:
                estimates.append(None)
                errors.append(str(error))
                continue
            model = self._artifact.model
            item = np.array([self._item_indices.get(item_id, UNKNOWN)])
            estimate = fold_in(model, user).estimate(model, np.array([0]), item)[0]
            estimates.append(np.float32(estimate))
            errors.append(None)
        return {"estimates": estimates, "errors": errors}

    def recommend_for(self, request: RecommendFor, caller: Caller) -> Answer:
        """Lists for users with ratings of the moment; a row may hold an error instead."""
        lists = []
        for row in zip(request.ratings, request.counts, request.filters, strict=True):
            caller.require()
            lists.append(self._list_for(*row))
        return {"lists": lists}

    def _list_for(
        self, ratings: dict[str, Any], count: int, given: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            user = self._moment.history(ratings)
            options, allow_seen, own = list_options.read(given)
            filters = Filters.parse(own)
            allowed = filters.allowed(self._artifact.item_features, self._item_indices)
            answers = filters.answers(self._artifact.item_features)
        except (RequestError, FilterError, UnknownLabelError) as error:
            return {"error": str(error)}
        request = RecommendationRequest(count, allowed, answers, options, allow_seen)
        found = self._shortlister.list_for(user, request)
        answer: dict[str, Any] = {"recommendations": found}
        if len(found) < count:
            answer["warning"] = f"Only {len(found)} of {count}: no other item meets the filters."
        unknown = self._item_indices.unknown(ratings)
        return answer | ({"unknown_items": unknown} if unknown else {})

    def rank_items(self, request: RankItems, caller: Caller) -> Answer:
        """Given items in the model's order; a row may hold an error instead."""
        orders = []
        for row in zip(request.ratings, request.item_ids, strict=True):
            caller.require()
            orders.append(self._order_of(*row))
        return {"orders": orders}

    def _order_of(self, ratings: dict[str, Any], item_ids: list[str]) -> dict[str, Any]:
        try:
            user = self._moment.history(ratings)
        except RequestError as error:
            return {"error": str(error)}
        answer = self._item_order.of(user, item_ids)
        unknown = self._item_indices.unknown(ratings)
        return answer | ({"unknown_ratings": unknown} if unknown else {})

    def similar_items(self, request: SimilarItems, caller: Caller) -> Answer:
        """Neighbours of each item, rated or not; a row may hold an error instead."""
        neighbours = []
        for item_id, count in zip(request.item_ids, request.counts, strict=True):
            caller.require()
            item = self._item_indices.get(item_id, UNKNOWN)
            if item == UNKNOWN:
                neighbours.append({"error": f"The model knows no item {item_id[:40]!r}."})
            else:
                neighbours.append(self._neighbours.answer(item, count))
        return {"neighbours": neighbours}

    def find_items(self, request: FindItems, caller: Caller) -> Answer:
        """Items that each text is about; a row holds an error where the model knows no words."""
        finds = []
        for text, count in zip(request.texts, request.counts, strict=True):
            caller.require()
            try:
                finds.append(self._search.answer(text, count))
            except NoContentError as error:
                finds.append({"error": str(error)})
        return {"finds": finds}

    def recommend_group(self, request: RecommendGroup, caller: Caller) -> Answer:
        """Lists for several people each; a row may hold an error instead."""
        lists = []
        for row in zip(request.members, request.counts, request.filters, strict=True):
            caller.require()
            lists.append(self._group_list(*row))
        return {"lists": lists}

    def _group_list(
        self, members: list[dict[str, Any]], count: int, given: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            request = self._group_reader.read(members, given)
        except GroupError as error:
            return {"error": str(error)}
        answer = self._group_lists.answer(request, count)
        rated = {item_id: None for member in members for item_id in member["ratings"]}
        unknown = self._item_indices.unknown(rated)
        return answer | ({"unknown_items": unknown} if unknown else {})

    def is_healthy(self) -> bool:
        """True if the model gives an estimate: tried, not assumed."""
        nobody = np.array([UNKNOWN])
        return bool(np.isfinite(self._artifact.model.estimate(nobody, nobody)).all())

"""Recommender of the app: the deployed model's lists and estimates."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from webapp.accounts.viewer import Viewer
from webapp.base.cache import Cache
from webapp.base.seasons import Season
from webapp.exposures.events import Source
from webapp.films.library import FilmLibrary
from webapp.recommendations import models, queries
from webapp.recommendations.model_results import RecommendationRequest, clipped
from webapp.recommendations.models import Model
from webapp.recommendations.shelves import Candidates
from webapp.taste.taste import Taste
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

#: The scale of ratings changes with a load of data.
SCALE_SECONDS = 600.0
#: The model in service may change at any time.
MODEL_SECONDS = 15.0

log = logging.getLogger("webapp")


@dataclass(frozen=True)
class Estimates:
    """Estimated stars by film id, or the key of a sentence about missing ones."""

    stars: dict[str, float]
    error: str | None = None


class Recommender:
    """The model of a name, or without a name the first that is in service."""

    def __init__(
        self, warehouse: Warehouse, cache: Cache, films: FilmLibrary, model_name: str
    ) -> None:
        self._warehouse = warehouse
        self._cache = cache
        self._films = films
        self._model_name = model_name

    def for_you(self, viewer: Viewer, taste: Taste, season: Season) -> Candidates:
        """The model's films for the taste of the moment, or else the last batch's list."""
        try:
            model = self._model()
            if model is not None and model.is_in_service:
                return self._recommended(model, viewer, taste, season)
        except StatementRefusedError:
            log.warning("the model gives no recommendations", exc_info=True)
        return queries.recommended(self._warehouse, viewer.viewer_id)

    def estimates(
        self, viewer_id: str, ratings: Mapping[str, float], film_ids: Iterable[str]
    ) -> Estimates:
        """The stars that a viewer with these ratings would give to each of the films."""
        wanted = list(film_ids)
        try:
            model = self._model()
            if model is None:
                return Estimates({}, "estimates.no_model")
            if not model.is_in_service:
                return Estimates({}, "estimates.starting")
            return Estimates(self._estimated(model, viewer_id, ratings, wanted) if wanted else {})
        except WarehouseAwayError:
            return Estimates({}, "estimates.away")
        except StatementRefusedError:
            log.warning("the model gives no estimates", exc_info=True)
            return Estimates({}, "estimates.refused")

    def _model(self) -> Model | None:
        return self._cache.get("model", MODEL_SECONDS, self._chosen_model)

    def _chosen_model(self) -> Model | None:
        return models.chosen(queries.models(self._warehouse), self._model_name)

    def _recommended(
        self, model: Model, viewer: Viewer, taste: Taste, season: Season
    ) -> Candidates:
        rated = replace(taste, ratings=clipped(taste.ratings, self._scale()))
        request = RecommendationRequest.of(viewer, rated, season)
        results = queries.recommended_for(self._warehouse, model.name, request)
        films = self._films.catalogue().by_id
        titles = {film_id: films[film_id].title for film_id in taste.ratings if film_id in films}
        reasons = {result.film_id: result.reason(titles) for result in results}
        return Candidates(
            "for_you",
            [result.film_id for result in results],
            reasons=reasons,
            source=Source(model.name, model.training_job),
        )

    def _estimated(
        self, model: Model, viewer_id: str, ratings: Mapping[str, float], film_ids: list[str]
    ) -> dict[str, float]:
        if not ratings:
            return queries.estimates(self._warehouse, model.name, viewer_id, film_ids)
        known = clipped(ratings, self._scale())
        return queries.estimates_for(self._warehouse, model.name, known, film_ids)

    def _scale(self) -> tuple[float, float]:
        return self._cache.get(
            "scale", SCALE_SECONDS, lambda: queries.rating_scale(self._warehouse)
        )

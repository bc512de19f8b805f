"""Films for viewers: the catalogue, what may go on a viewer's shelves, estimated ratings.

What is the same for everybody is cached for the lifetimes below; nothing of a viewer is.
"""

import logging
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from webapp.accounts.viewer import Viewer, age
from webapp.base import seasons
from webapp.base.cache import Cache
from webapp.base.gc_tuning import freeze_survivors
from webapp.base.seasons import Season
from webapp.films import queries as film_queries
from webapp.films.catalogue import Catalogue
from webapp.recommendations import models, queries
from webapp.recommendations.model_results import RecommendationRequest, clipped
from webapp.recommendations.models import Model
from webapp.recommendations.shelves import Candidates
from webapp.taste.taste import Taste
from webapp.warehouse.errors import StatementRefusedError, WarehouseAwayError
from webapp.warehouse.warehouse import Warehouse

#: The catalogue and the shelves change with a load of data or a night's training.
CATALOGUE_SECONDS = 600.0
#: Which models answer may change at any time.
MODEL_SECONDS = 15.0

log = logging.getLogger("webapp")


@dataclass(frozen=True)
class Estimates:
    """Estimated stars by film id; without any, the key of the sentence that says why."""

    stars: dict[str, float]
    error: str | None = None


class Library:
    """All that the app knows of films, over one warehouse."""

    def __init__(self, warehouse: Warehouse, cache: Cache, model_name: str) -> None:
        self._warehouse = warehouse
        self._cache = cache
        self._model_name = model_name

    def catalogue(self) -> Catalogue:
        """All films.

        Raises:
            WarehouseAwayError: Snowflake does not answer and never did.
        """
        return self._cache.get("catalogue", CATALOGUE_SECONDS, self._loaded_catalogue)

    def model(self) -> Model | None:
        """The model that estimates ratings, if one is deployed."""
        return self._cache.get("model", MODEL_SECONDS, self._chosen_model)

    def candidates(self, viewer: Viewer, taste: Taste, today: date) -> Iterator[Candidates]:
        """What may go on the viewer's shelves, in the order of the shelves."""
        season = seasons.season(viewer.country, today)
        yield self._for_you(viewer, taste, season)
        genre = taste.liked_genre(self.catalogue())
        if genre is not None:
            film_ids = self._kept(("genre", genre), lambda: self._best_of_genre(genre))
            yield Candidates("genre", film_ids, {"genre": genre})
        film_ids = self._kept(
            ("season", season), lambda: film_queries.best_of_season(self._warehouse, season)
        )
        yield Candidates("season", film_ids, {"season": season})
        yield Candidates("much_seen", self.much_seen())
        yield Candidates("country", self._of_country(viewer.country), {"country": viewer.country})
        yield self._of_age(age(viewer.birth_date, today))

    def much_seen(self) -> Sequence[str]:
        """Ids of the films with the most ratings."""
        return self._kept("much seen", lambda: film_queries.much_seen(self._warehouse))

    def popular(self) -> Iterator[Candidates]:
        """What everybody may be shown, as far as it is within reach or cached."""
        with suppress(WarehouseAwayError):
            yield Candidates("much_seen", self.much_seen())
        with suppress(WarehouseAwayError):
            film_ids = self._kept("best rated", lambda: film_queries.best_rated(self._warehouse))
            yield Candidates("best_rated", film_ids)

    def estimates(
        self, viewer_id: str, ratings: Mapping[str, float], film_ids: Iterable[str]
    ) -> Estimates:
        """The stars that a viewer with these ratings would give to each of the films."""
        wanted = list(film_ids)
        try:
            model = self.model()
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

    def _estimated(
        self, model: Model, viewer_id: str, ratings: Mapping[str, float], film_ids: list[str]
    ) -> dict[str, float]:
        if not ratings:
            return queries.estimates(self._warehouse, model.name, viewer_id, film_ids)
        known = clipped(ratings, self._scale())
        return queries.estimates_for(self._warehouse, model.name, known, film_ids)

    def _loaded_catalogue(self) -> Catalogue:
        catalogue = film_queries.catalogue(self._warehouse)
        freeze_survivors()
        return catalogue

    def _for_you(self, viewer: Viewer, taste: Taste, season: Season) -> Candidates:
        """From the model with the ratings of the moment, or else the last batch's list."""
        try:
            model = self.model()
            if model is not None and model.is_in_service:
                return self._recommended(model, viewer, taste, season)
        except StatementRefusedError:
            log.warning("the model gives no recommendations", exc_info=True)
        return Candidates("for_you", queries.recommended(self._warehouse, viewer.viewer_id))

    def _recommended(
        self, model: Model, viewer: Viewer, taste: Taste, season: Season
    ) -> Candidates:
        rated = replace(taste, ratings=clipped(taste.ratings, self._scale()))
        request = RecommendationRequest.of(viewer, rated, season)
        results = queries.recommended_for(self._warehouse, model.name, request)
        films = self.catalogue().by_id
        titles = {film_id: films[film_id].title for film_id in taste.ratings if film_id in films}
        reasons = {result.film_id: result.reason(titles) for result in results}
        return Candidates("for_you", [result.film_id for result in results], reasons=reasons)

    def _scale(self) -> tuple[float, float]:
        return self._cache.get(
            "scale", CATALOGUE_SECONDS, lambda: queries.rating_scale(self._warehouse)
        )

    def _best_of_genre(self, genre: str) -> list[str]:
        return film_queries.best_of_genre(self._warehouse, genre)

    def _of_country(self, code: str) -> Sequence[str]:
        return self._kept(
            ("country", code), lambda: film_queries.best_of_country(self._warehouse, code)
        )

    def _of_age(self, years: int) -> Candidates:
        film_ids = self._kept(
            ("age", years), lambda: film_queries.loved_at_age(self._warehouse, years)
        )
        return Candidates("age", film_ids, {"youngest": str(years - 5), "oldest": str(years + 5)})

    def _chosen_model(self) -> Model | None:
        return models.chosen(queries.models(self._warehouse), self._model_name)

    def _kept(self, key: Hashable, load: Callable[[], Sequence[str]]) -> Sequence[str]:
        return self._cache.get(key, CATALOGUE_SECONDS, load)

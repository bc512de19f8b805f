"""Services of this process, shared by all viewers."""

from dataclasses import dataclass
from functools import lru_cache

from webapp.base.cache import Cache
from webapp.base.settings import settings
from webapp.dashboard.figures import Figures
from webapp.exposures.exposures import Exposures
from webapp.exposures.shared import shared_recorder
from webapp.films.library import FilmLibrary
from webapp.recommendations.recommender import Recommender
from webapp.views.connection import warehouse
from webapp.warehouse.errors import WarehouseAwayError


@dataclass(frozen=True)
class Services:
    """Films, recommender and figures over one cache, and what pages have shown."""

    films: FilmLibrary
    recommender: Recommender
    figures: Figures
    exposures: Exposures


@lru_cache
def services() -> Services:
    """The services of this process."""
    cache = Cache(stale_on=WarehouseAwayError)
    films = FilmLibrary(warehouse(), cache)
    recommender = Recommender(warehouse(), cache, films, settings().model_name)
    figures = Figures(warehouse(), cache)
    return Services(films, recommender, figures, Exposures(shared_recorder()))

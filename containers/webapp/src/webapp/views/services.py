"""Services of this process, shared by all viewers."""

from dataclasses import dataclass
from functools import lru_cache

from webapp.base.cache import Cache
from webapp.base.settings import settings
from webapp.dashboard.figures import Figures
from webapp.films.library import FilmLibrary
from webapp.recommendations.recommender import Recommender
from webapp.views.connection import warehouse
from webapp.warehouse.errors import WarehouseAwayError


@dataclass(frozen=True)
class Services:
    """Films, recommender and figures over one cache."""

    films: FilmLibrary
    recommender: Recommender
    figures: Figures


@lru_cache
def services() -> Services:
    """The services of this process."""
    cache = Cache(stale_on=WarehouseAwayError)
    films = FilmLibrary(warehouse(), cache)
    recommender = Recommender(warehouse(), cache, films, settings().model_name)
    return Services(films, recommender, Figures(warehouse(), cache))

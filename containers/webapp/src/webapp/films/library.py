"""Library of films: the catalogue and lists that are the same for all viewers, cached."""

from collections.abc import Callable, Sequence
from typing import Any

from webapp.base.cache import Cache
from webapp.base.gc_tuning import freeze_survivors
from webapp.films import queries
from webapp.films.catalogue import Catalogue
from webapp.warehouse.warehouse import Warehouse

#: Films and lists change with a load of data.
CATALOGUE_SECONDS = 600.0


class FilmLibrary:
    """Films of one warehouse."""

    def __init__(self, warehouse: Warehouse, cache: Cache) -> None:
        self._warehouse = warehouse
        self._cache = cache

    def catalogue(self) -> Catalogue:
        """All films.

        Raises:
            WarehouseAwayError: Snowflake does not answer and never did.
        """
        return self._cache.get("catalogue", CATALOGUE_SECONDS, self._loaded_catalogue)

    def ids(self, query: Callable[..., list[str]], *values: Any) -> Sequence[str]:
        """The ids from a query of films with these values; errors as in `catalogue`."""
        key = (query.__name__, *values)
        return self._cache.get(key, CATALOGUE_SECONDS, lambda: query(self._warehouse, *values))

    def _loaded_catalogue(self) -> Catalogue:
        catalogue = queries.catalogue(self._warehouse)
        freeze_survivors()
        return catalogue

"""Figures of the database: rows of the statements in `sql/`, none of which takes values."""

from webapp.base.cache import Cache
from webapp.warehouse.session import Row
from webapp.warehouse.statements import statement
from webapp.warehouse.warehouse import Warehouse

FIGURES_SECONDS = 300.0


class Figures:
    """Cached rows of the dashboard's statements."""

    def __init__(self, warehouse: Warehouse, cache: Cache) -> None:
        self._warehouse = warehouse
        self._cache = cache

    def rows(self, name: str) -> list[Row]:
        """The rows of the statement with this name."""
        return self._cache.get(
            ("figures", name), FIGURES_SECONDS, lambda: self._warehouse.rows(sql(name))
        )


def sql(name: str) -> str:
    """The text of the statement with this name."""
    return statement(__package__, name)

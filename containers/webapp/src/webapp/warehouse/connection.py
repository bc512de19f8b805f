"""The one warehouse of this process."""

from functools import lru_cache

from webapp.base.settings import settings
from webapp.warehouse.warehouse import Warehouse


@lru_cache
def shared_warehouse() -> Warehouse:
    """The warehouse of this process: pages and routes use the same one."""
    return Warehouse(settings().connection)

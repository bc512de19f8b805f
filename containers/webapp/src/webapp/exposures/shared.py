"""The one recorder of this process."""

from functools import lru_cache, partial

from webapp.exposures import queries
from webapp.exposures.recorder import Recorder
from webapp.warehouse.connection import shared_warehouse


@lru_cache
def shared_recorder() -> Recorder:
    """The recorder of this process: pages fill it, the server ends it."""
    return Recorder(partial(queries.add_events, shared_warehouse()))

"""The results of a session that RESULT_SCAN and asynchronous statements can still find."""

from typing import Any

_KEPT = 16


class RecentResults(dict[str, Any]):
    """The latest results by query id; older ones are let go."""

    def __setitem__(self, query_id: str, result: Any) -> None:
        super().__setitem__(query_id, result)
        while len(self) > _KEPT:
            del self[next(iter(self))]

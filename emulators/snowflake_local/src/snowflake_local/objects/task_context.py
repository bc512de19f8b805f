"""The context of a statement that a task runs: of its run, and for those after it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from snowflake_local.model.errors import SqlError
from snowflake_local.model.syntax import tokens


@dataclass
class TaskContext:
    """One run of a task, as its statement sees it."""

    #: The configuration of its graph: a JSON object; empty, if there is none.
    config: str | None = None
    #: Values that its predecessors have left, by their names.
    values: Mapping[str, str | None] = field(default_factory=dict)
    #: The value that it leaves.
    return_value: str | None = None

    def predecessor_value(self, name: str | None) -> str | None:
        """The value of a predecessor, which need not be named if there is one."""
        if name is None and len(self.values) == 1:
            return next(iter(self.values.values()))
        if name is None or name not in self.values:
            raise SqlError.compilation(
                f"'{name or ''}' is no predecessor of the task: name one of "
                f"[{', '.join(self.values)}], in its own letters."
            )
        return self.values[name]

    def configured(self, path: str | None) -> str | None:
        """The text at a path of the configuration (`paths.logs`, `steps[0]`), or all of it.

        https://docs.snowflake.com/en/sql-reference/functions/system_get_task_graph_config.
        """
        if self.config is None or path is None:
            return self.config
        value = json.loads(self.config)
        for token in tokens(path):
            if token.keyword not in {".", ":", "[", "]"}:
                value = _member(value, token.text.strip('"'))
        return value if isinstance(value, str | None) else json.dumps(value)


def merged(config: Any, changes: Any) -> Any:
    """A configuration with other values for one run: objects are merged member by member."""
    if not (isinstance(config, dict) and isinstance(changes, dict)):
        return changes
    both = {key: merged(config[key], changes[key]) for key in config.keys() & changes.keys()}
    return {**config, **changes, **both}


def _member(value: Any, key: str) -> Any:
    if isinstance(value, list) and key.isdecimal():
        return value[int(key)] if int(key) < len(value) else None
    return value.get(key) if isinstance(value, dict) else None

"""A request as the functions of the API see it, apart from its envelope."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.external_function import CONTEXT_PREFIX, Row, context_value
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.inference import Inference
from functions.step_functions.executions import Caller as StateMachineCaller


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A batch of rows; without rows, a polling request for the work of a batch."""

    id: str
    rows: list[Row]
    headers: Mapping[str, str]
    sagemaker: ControlPlane
    inference: Inference
    state_machines: StateMachineCaller

    def current(self, what: str) -> str | None:
        """The caller's current `database` or `schema`, where Snowflake sent it."""
        return context_value(self.headers, f"{CONTEXT_PREFIX}current-{what}") or None


class Pending:
    """The work goes on: 202, and Snowflake asks again."""


PENDING = Pending()

"""Delays and limits of the emulation, in seconds; tests and demos change them while it runs."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

#: Nothing here waits longer than this between two looks at the world.
TICK_SECONDS = 0.02


@dataclass
class Timings:
    """Seconds; mutable on purpose."""

    #: A training job's and an endpoint's time between creation and start.
    start_delay_seconds: float = 0.0
    #: Between SIGTERM and SIGKILL for a training job (SageMaker: 120).
    stop_grace_seconds: float = 120.0
    #: An endpoint's container must answer `/ping` within this (serverless: 180).
    start_timeout_seconds: float = 180.0
    #: An invocation may take this long (SageMaker: 60).
    invocation_timeout_seconds: float = 60.0
    #: Between two looks whether an endpoint's server answers.
    ping_interval_seconds: float = 5.0
    #: Between SIGTERM and SIGKILL for an endpoint's server (SageMaker: 30).
    server_grace_seconds: float = 5.0

    def change(self, values: dict[str, object]) -> None:
        """Set fields by name; raise ValueError with one sentence on a wrong name or value."""
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{name!r} cannot be set: known are {', '.join(sorted(known))}.")
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name} must be a number of seconds, not {value!r}.")
        for name, value in values.items():
            setattr(self, name, value)

    def values(self) -> dict[str, float]:
        """Every field by name."""
        return asdict(self)

    async def start_delay(self, cut_short: Callable[[], bool] = lambda: False) -> None:
        """Wait for the start delay as it is now, even if it is changed meanwhile."""
        began = time.monotonic()
        # ASYNC110 asks for an event, but the delay itself may change while it is waited for.
        while time.monotonic() - began < self.start_delay_seconds and not cut_short():  # noqa: ASYNC110
            await asyncio.sleep(TICK_SECONDS)

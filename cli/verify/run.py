"""Runs the steps of a verification in their order, each within its budget."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import snowflake.connector
from botocore.exceptions import BotoCoreError, ClientError
from httpx import HTTPError

from cli.errors import CommandError
from cli.verify import failures
from cli.verify.journal import Journal
from cli.verify.site import Site
from cli.verify.step import Outcome, Step

Tell = Callable[[str], None]


class _BudgetError(Exception):
    """A step took longer than its budget."""


def run(steps: Sequence[Step], site: Site, journal: Journal, tell: Tell) -> Outcome | None:
    """Run the steps that have not passed yet, until one fails; the outcome that failed.

    Args:
        steps: In their order.
        site: The deployment.
        journal: Holds what has passed; told every outcome at once.
        tell: Told each step and its outcome.
    """
    for step in steps:
        before = journal.outcomes.get(step.name)
        if before is not None and before.state == "passed" and not step.every_time:
            tell(f"passed   {step.name} (earlier): {before.seen}")
            continue
        outcome = _outcome(step, site)
        journal.add(outcome)
        tell(f"{outcome.state:8} {step.name}: {outcome.seen}")
        if outcome.state == "failed":
            return outcome
    return None


def _outcome(step: Step, site: Site) -> Outcome:
    if reason := site.lacks.get(step.name):
        return Outcome(step.name, "skipped", reason)
    started = time.monotonic()
    try:
        with _within(step.budget_seconds):
            seen = step.run(site)
    except (
        CommandError,
        snowflake.connector.Error,
        BotoCoreError,
        ClientError,
        HTTPError,
        OSError,
    ) as error:
        return Outcome(step.name, "failed", failures.of_error(error), time.monotonic() - started)
    except _BudgetError:
        seen = (
            f"It took longer than its {step.budget_seconds:.0f} seconds: find out what waits, "
            "then run the same command."
        )
        return Outcome(step.name, "failed", seen, time.monotonic() - started)
    return Outcome(step.name, "passed", seen, time.monotonic() - started)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raise _BudgetError in the block once the time is up, whatever it waits for."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _BudgetError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

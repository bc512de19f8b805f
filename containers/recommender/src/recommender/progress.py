"""Log lines of a training job: metrics for SageMaker, progress for people."""

from collections.abc import Callable
from dataclasses import dataclass, field

Report = Callable[[float, str], None]


def ignore(*_: object) -> None:
    """No-op callback for progress and warnings."""


def print_line(line: str) -> None:
    """Print at once: the log is followed while the job runs."""
    print(line, flush=True)


@dataclass
class Progress:
    """Lines `progress 0.40 message`, from 0 to 1; steps under one percent are not printed."""

    emit: Callable[[str], None] = print_line
    _last: tuple[str, int] = field(default=("", -1))

    def report(self, share: float, message: str) -> None:
        """Print the share that is done."""
        step = (message, int(share * 100))
        if step != self._last:
            self._last = step
            self.emit(f"progress {share:.2f} {message}")

    def stage(self, start: float, end: float) -> Report:
        """A report whose 0 to 1 is this progress's `start` to `end`."""
        return lambda share, message: self.report(start + share * (end - start), message)

    def metric(self, name: str, value: float) -> None:
        """Print a line that the job's MetricDefinitions find."""
        self.emit(f"metric {name}={value:.10g}")

"""Figures beside their goals: a table to read, JSON to keep, an exit code to obey."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path("benchmarks/results")


@dataclass(frozen=True)
class Figure:
    """One figure; a goal is a least value, or with `at_most` a greatest."""

    name: str
    value: float
    goal: float | None = None
    at_most: bool = False
    unit: str = ""
    note: str = ""

    @property
    def is_met(self) -> bool:
        """True if it reaches its goal, or has none."""
        if self.goal is None:
            return True
        return self.value <= self.goal if self.at_most else self.value >= self.goal

    def line(self) -> str:
        """A line of the table."""
        goal = "" if self.goal is None else f"{'<=' if self.at_most else '>='} {self.goal:g}"
        verdict = "" if self.goal is None else "met" if self.is_met else "MISSED"
        return (
            f"{self.name:<58}{self.value:>11.4g} {self.unit:<8}{goal:>11} {verdict:<7}{self.note}"
        )


def report(benchmark: str, figures: list[Figure]) -> int:
    """Print figures, write them to `benchmarks/results/`; 1 when a goal is missed, else 0."""
    load = os.getloadavg()[0]
    print(f"{benchmark} (load average {load:.1f} on {os.cpu_count()} cores)")
    for figure in figures:
        print(figure.line())
    RESULTS.mkdir(parents=True, exist_ok=True)
    document = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "load_average": load,
        "figures": [asdict(figure) for figure in figures],
    }
    (RESULTS / f"{benchmark}.json").write_text(json.dumps(document, indent=2) + "\n")
    return 0 if all(figure.is_met for figure in figures) else 1


def _processor() -> str:
    """The model's name, from the kernel: the platform module says no more than x86_64."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def median_seconds(work: Callable[[], object], times: int = 5) -> float:
    """Median wall time of some calls, after one that does not count."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_megabytes() -> int:
    """Most memory that this process has held; getrusage would count its parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) >> 10

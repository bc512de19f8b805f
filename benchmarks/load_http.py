"""Load through HTTP: sixteen integrators at once on the local stack for five minutes.

Every function that asks a model or looks something up, with the largest rows and batches, too; what
trains and deploys is in the soak and in the tests.

Prints requests and rows per second, p50 and p99 by kind of request, errors (the goal is none) and
the memory of each process after a warm-up and at the end.
"""

import argparse
import itertools
import json
import random
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measured_stack
from benchmarks.measured_stack import ITEMS, MODEL, USERS, Integrator
from functions.argument_values import MOST_MEMBERS, MOST_RATINGS
from local.stack import Stack


def _pair(choice: random.Random) -> list[Any]:
    return [MODEL, _user(choice), _item(choice)]


def _user(choice: random.Random) -> str:
    return f"u{choice.randrange(USERS)}"


def _item(choice: random.Random) -> str:
    return f"i{choice.randrange(ITEMS)}"


def _items(choice: random.Random, count: int) -> list[str]:
    return [f"i{number}" for number in choice.sample(range(ITEMS), count)]


def _ratings(choice: random.Random, count: int = 20) -> dict[str, int]:
    """Ratings of the moment; beyond the catalogue's items, of unknown ones."""
    return {f"i{n}": choice.randint(1, 5) for n in choice.sample(range(max(count, ITEMS)), count)}


#: Kind of request: path, rows, and the arguments of one.
KINDS: dict[str, tuple[str, int, Callable[[random.Random], list[Any]]]] = {
    "estimate": ("/invoke", 1, _pair),
    "100 estimates": ("/invoke", 100, _pair),
    "10,000 estimates": ("/invoke", 10_000, _pair),
    "details": ("/invoke-details", 3000, _pair),
    "top 10": ("/recommend", 1, lambda choice: [MODEL, _user(choice), 10]),
    "top 1,000": ("/recommend", 16, lambda choice: [MODEL, _user(choice), 1000]),
    "estimate for": ("/estimate-for", 9, lambda c: [MODEL, _ratings(c), _item(c)]),
    "estimate for all": (
        "/estimate-for",
        9,
        lambda c: [MODEL, _ratings(c, MOST_RATINGS), _item(c)],
    ),
    "top 10 for": ("/recommend-for", 4, lambda c: [MODEL, _ratings(c), 10, None]),
    "top 1,000 for": (
        "/recommend-for",
        4,
        lambda c: [MODEL, _ratings(c, MOST_RATINGS), 1000, {"exclude_items": [_item(c)]}],
    ),
    "rank 20": ("/rank-items", 2, lambda c: [MODEL, _ratings(c), _items(c, 20)]),
    "rank all": ("/rank-items", 2, lambda c: [MODEL, _ratings(c, MOST_RATINGS), _items(c, ITEMS)]),
    "top 10 for two": ("/recommend-group", 3, lambda c: [MODEL, [_ratings(c)] * 2, 10, None]),
    "top 1,000 for fifty": (
        "/recommend-group",
        3,
        lambda c: [MODEL, [_ratings(c) for _ in range(MOST_MEMBERS)], 1000, None],
    ),
    "like an item": ("/similar-items", 18, lambda c: [MODEL, _item(c), 10]),
    "models": ("/models", 1, lambda _: []),
    "training": ("/training-status", 1, lambda _: ["no-such-job"]),
}
#: Kinds whose rows are refused: what they ask for is not there.
_REFUSED = ("/training-status",)


@dataclass
class Tally:
    """Counts and times of all integrators."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    rows: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, status: int, rows: int) -> None:
        """Count one request."""
        with self.lock:
            self.latencies[kind].append(seconds)
            self.statuses[status] += 1
            self.rows += rows if status == 200 else 0


def main() -> int:
    """Measure, print, write JSON; exit code 1 on errors or growing memory."""
    arguments = _arguments()
    with measured_stack.measured_stack() as stack:
        measured_stack.deploy_model(stack)
        _drive(stack, arguments.integrators, arguments.warm_up)
        before = measured_stack.memory()
        tally = _drive(stack, arguments.integrators, arguments.seconds)
        after = measured_stack.memory()
    results = _results(tally, arguments.seconds) | {"memory_mb": [before, after]}
    _print(results)
    missed = measured_stack.print_memory(before, after) + tally.wrong[:5]
    errors = {status: n for status, n in tally.statuses.items() if status not in {200, 429}}
    if errors:
        missed.append(f"Missed: answers other than 200: {errors}.")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    print("\n".join(missed))
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds before")
    parser.add_argument("--integrators", type=int, default=16)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/load_http.json"))
    return parser.parse_args()


def _drive(stack: Stack, integrators: int, seconds: float) -> Tally:
    tally = Tally()
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_integrate, args=(stack, tally, number, end))
        for number in range(integrators)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _integrate(stack: Stack, tally: Tally, number: int, end: float) -> None:
    choice = random.Random(number)
    integrator = Integrator(stack)
    try:
        for turn in itertools.count():
            if time.monotonic() > end:
                return
            kind = list(KINDS)[(turn + number) % len(KINDS)]
            _ask(integrator, tally, kind, choice)
    finally:
        integrator.close()


def _ask(integrator: Integrator, tally: Tally, kind: str, choice: random.Random) -> None:
    path, count, arguments = KINDS[kind]
    rows = [[number, *arguments(choice)] for number in range(count)]
    started = time.perf_counter()
    answer = integrator.ask("POST", path, rows, str(uuid.uuid4()))
    tally.add(kind, time.perf_counter() - started, answer.status, count)
    expected = path in _REFUSED
    if answer.status == 200 and not _is_right(rows, answer.body["data"], expected):
        tally.wrong.append(f"Missed: a wrong answer to {path}: {str(answer.body)[:200]}")


def _is_right(rows: list[Any], answers: list[Any], refused: bool) -> bool:
    return [row[0] for row in rows] == [answer[0] for answer in answers] and all(
        (isinstance(value, dict) and "error" in value) == refused for _, value in answers
    )


def _results(tally: Tally, seconds: float) -> dict[str, Any]:
    kinds = {
        kind: {
            "requests": len(latencies),
            "p50_ms": float(np.percentile(latencies, 50)) * 1000,
            "p99_ms": float(np.percentile(latencies, 99)) * 1000,
        }
        for kind, latencies in tally.latencies.items()
    }
    return {
        "seconds": seconds,
        "requests_per_second": sum(tally.statuses.values()) / seconds,
        "rows_per_second": tally.rows / seconds,
        "statuses": dict(tally.statuses),
        "kinds": kinds,
    }


def _print(results: dict[str, Any]) -> None:
    print(
        f"{results['requests_per_second']:,.0f} requests/s, {results['rows_per_second']:,.0f}"
        f" rows/s for {results['seconds']:.0f} s; answers by status: {results['statuses']}"
    )
    print(f"\n{'kind':<18}{'requests':>10}{'p50 ms':>10}{'p99 ms':>10}")
    for kind, figures in results["kinds"].items():
        print(
            f"{kind:<18}{figures['requests']:>10}{figures['p50_ms']:>10.1f}"
            f"{figures['p99_ms']:>10.1f}"
        )


if __name__ == "__main__":
    sys.exit(main())

"""Load through SQL: `invoke_model` over a million pairs in one statement on the local stack.

Prints rows per second, the latency of the batches as the Lambda function logs it, errors (the goal
is none) and the memory of each process before and after.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measured_stack
from benchmarks.measured_stack import ITEMS, MODEL, USERS, run, session

_PAIRS = """
create or replace table pairs as
select 'u' || (seq4() % {users}) as user_id, 'i' || (seq4() % {items}) as item_id
from table(generator(rowcount => {rows}))
"""
_LOAD = f"""
select count(*), count(estimate), min(estimate), max(estimate)
from (select invoke_model('{MODEL}', user_id, item_id) as estimate from pairs)
"""


def main() -> int:
    """Measure, print, write JSON; exit code 1 on errors or growing memory."""
    arguments = _arguments()
    with measured_stack.measured_stack() as stack:
        measured_stack.deploy_model(stack)
        with session(stack) as analyst:
            _prepare(analyst, arguments.warm_up)
            run(analyst, _LOAD)
            before, since = measured_stack.memory(), measured_stack.log(stack).stat().st_size
            _prepare(analyst, arguments.rows)
            started = time.perf_counter()
            (answer,) = run(analyst, _LOAD)
            seconds = time.perf_counter() - started
        after = measured_stack.memory()
        batches = measured_stack.invocations(stack, since)
    results = _results(arguments.rows, seconds, batches) | {"memory_mb": [before, after]}
    _print(results)
    missed = measured_stack.print_memory(before, after)
    if answer[:2] != (arguments.rows, arguments.rows):
        missed.append(f"Missed: of {arguments.rows} rows {answer[1]} were estimated.")
    if results["errors"]:
        missed.append(f"Missed: {results['errors']} batches were not answered with 200.")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    print("\n".join(missed))
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--warm-up", type=int, default=100_000, help="rows before the measurement")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/load_sql.json"))
    return parser.parse_args()


def _prepare(analyst: Any, rows: int) -> None:
    # beyond the known ids, too: one in a hundred users and items is unknown
    run(analyst, _PAIRS.format(users=USERS + 9, items=ITEMS + 17, rows=rows))


def _results(rows: int, seconds: float, batches: list[dict[str, Any]]) -> dict[str, Any]:
    latencies = [batch["duration_ms"] for batch in batches]
    return {
        "rows": rows,
        "seconds": seconds,
        "rows_per_second": rows / seconds,
        "batches": len(batches),
        "batch_p50_ms": float(np.percentile(latencies, 50)),
        "batch_p99_ms": float(np.percentile(latencies, 99)),
        "errors": sum(batch["status"] not in {200, 429} for batch in batches),
        "throttled": sum(batch["status"] == 429 for batch in batches),
    }


def _print(results: dict[str, Any]) -> None:
    print(
        f"{results['rows']:,} rows in {results['seconds']:.1f} s:"
        f" {results['rows_per_second']:,.0f} rows/s; {results['batches']} batches,"
        f" p50 {results['batch_p50_ms']:.0f} ms, p99 {results['batch_p99_ms']:.0f} ms;"
        f" {results['errors']} errors, {results['throttled']} throttled"
    )


if __name__ == "__main__":
    sys.exit(main())

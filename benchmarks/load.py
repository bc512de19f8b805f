"""Loading ratings: our reader beside plain pandas on one synthetic file, then into a warehouse.

Each contender runs in a process of its own, so that its peak memory is its own. Run as
`python -m benchmarks.load [--rows N] [--warehouse] [--json FILE]`; `--warehouse` also loads the
file into the local stack that runs in `--state-dir`.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 25_000_000
USERS, FILMS = 162_541, 59_047
#: One row in this many repeats a user and film of another.
REPEATED = 100
_BYTES_PER_KIB = 1024


@dataclass(frozen=True)
class Measurement:
    """One contender on one file."""

    name: str
    rows: int
    rows_kept: int
    seconds: float
    peak_bytes: int

    @property
    def rows_per_second(self) -> float:
        """Rows read per second of wall time."""
        return self.rows / self.seconds


def main() -> None:
    """Print a table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/load.json"))
    parser.add_argument("--warehouse", action="store_true")
    parser.add_argument("--state-dir", type=Path, default=Path(".local"))
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contender:
        sys.stdout.write(json.dumps(_measure(options)))
        return
    with tempfile.TemporaryDirectory(prefix="snowreel-bench-") as folder:
        generate(Path(folder), options.rows)
        names = [*("pandas", "snowreel"), *(["snowreel, warehouse"] if options.warehouse else [])]
        results = [_in_process(name, Path(folder), options) for name in names]
    _print(results)
    documents = [asdict(m) | {"rows_per_second": m.rows_per_second} for m in results]
    options.json.parent.mkdir(exist_ok=True)
    options.json.write_text(json.dumps(documents, indent=2) + "\n")


def generate(folder: Path, rows: int) -> None:
    """Write `ratings.csv` and `movies.csv` in the shape of MovieLens 25M."""
    random = np.random.default_rng(0)
    users = np.sort(random.integers(1, USERS + 1, rows))
    films = (FILMS * random.random(rows) ** 2).astype(np.int64) + 1
    repeats = random.choice(rows, rows // REPEATED, replace=False)
    users[repeats], films[repeats] = users[repeats - 1], films[repeats - 1]
    ratings = {
        "userId": users,
        "movieId": films,
        "rating": random.integers(1, 11, rows) / 2,
        "timestamp": random.integers(789_652_009, 1_574_327_703, rows),
    }
    pl.DataFrame(ratings).write_csv(folder / "ratings.csv")
    titles = {"movieId": range(1, FILMS + 1), "title": [f"Film {n} (2000)" for n in range(FILMS)]}
    pl.DataFrame(titles).with_columns(genres=pl.lit("Drama")).write_csv(folder / "movies.csv")


def _in_process(name: str, folder: Path, options: argparse.Namespace) -> Measurement:
    command = [
        sys.executable, "-m", "benchmarks.load", "--contender", name, "--folder", str(folder),
        "--rows", str(options.rows), "--state-dir", str(options.state_dir),
    ]  # fmt: skip
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Measurement(**json.loads(output.splitlines()[-1]))


def _measure(options: argparse.Namespace) -> dict[str, object]:
    contender = CONTENDERS[options.contender]
    began = time.perf_counter()
    kept = contender(options.folder, options.state_dir)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_KIB
    return asdict(Measurement(options.contender, options.rows, kept, seconds, peak))


def _with_pandas(folder: Path, _state_dir: Path) -> int:
    import pandas as pd  # noqa: PLC0415 - its import is no part of the others' memory

    ratings = pd.read_csv(folder / "ratings.csv")
    return len(ratings.drop_duplicates(["userId", "movieId"]))


def _with_ours(folder: Path, _state_dir: Path) -> int:
    from film_data.sources.movielens import reader as movielens  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="snowreel-bench-") as scratch:
        cleaned = movielens.clean(folder, Path(scratch), lambda *_: None)
        return cleaned.ledger.close()["ratings"].loaded


def _into_warehouse(folder: Path, state_dir: Path) -> int:
    import snowflake.connector  # noqa: PLC0415 - as above

    import film_data  # noqa: PLC0415 - as above

    arguments = json.loads((state_dir / "connection.json").read_text())["loader"]
    with snowflake.connector.connect(**arguments) as connection:
        report = film_data.load("movielens", folder, connection, lambda *_: None)
    return report.tables["ratings"].loaded


CONTENDERS: dict[str, Callable[[Path, Path], int]] = {
    "pandas": _with_pandas,
    "snowreel": _with_ours,
    "snowreel, warehouse": _into_warehouse,
}


def _print(results: list[Measurement]) -> None:
    sys.stdout.write(f"{results[0].rows:,} ratings, one in {REPEATED} repeated\n\n")
    header = f"{'':<22}{'rows/s':>12}{'seconds':>10}{'peak GB':>10}{'rows kept':>14}{'ratio':>8}\n"
    sys.stdout.write(header)
    for found in results:
        ratio = found.rows_per_second / results[0].rows_per_second
        sys.stdout.write(
            f"{found.name:<22}{found.rows_per_second:>12,.0f}{found.seconds:>10.1f}"
            f"{found.peak_bytes / 1e9:>10.2f}{found.rows_kept:>14,}{ratio:>8.2f}\n"
        )


if __name__ == "__main__":
    main()

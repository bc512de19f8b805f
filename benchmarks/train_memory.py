"""Peak memory and time of the training program on synthetic ratings, from table to table.

Starts a local stack of its own. Run as `python -m benchmarks.train_memory [--ratings N]
[--users N] [--items N] [--option NAME=VALUE ...] [--json FILE]`. Exits with 1 when the peak passes
the limit.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from snowflake.connector.pandas_tools import write_pandas

from local import connection, supervisor
from local.stack import DATABASE, SCHEMA, Stack

LIMIT_MB = 1024
TABLE = "RATINGS_OF_BENCHMARK"
_TRAIN = Path(sys.executable).with_name("train")


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One run of the training program."""

    ratings: int
    users: int
    items: int
    exit_code: int
    seconds: float
    peak_mb: float


def main() -> int:
    """Print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--users", type=int, default=6040)
    parser.add_argument("--items", type=int, default=3706)
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    options = dict(option.split("=", 1) for option in arguments.option)
    with tempfile.TemporaryDirectory(prefix="snowreel-bench-") as folder:
        where = supervisor.Options(state_dir=Path(folder) / "state")
        with supervisor.running(where, lambda _step: None) as running:
            load(running.stack, synthetic(arguments.ratings, arguments.users, arguments.items))
            code, seconds, peak = run_training(running.stack, Path(folder) / "job", options)
    found = Measurement(
        ratings=arguments.ratings,
        users=arguments.users,
        items=arguments.items,
        exit_code=code,
        seconds=seconds,
        peak_mb=peak,
    )
    sys.stdout.write(
        f"{'ratings':>12}{'exit code':>11}{'seconds':>10}{'peak MB':>10}{'limit MB':>10}\n"
    )
    sys.stdout.write(f"{found.ratings:>12,}{code:>11}{seconds:>10.1f}{peak:>10.0f}{LIMIT_MB:>10}\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(found), indent=2) + "\n")
    return code or int(peak > LIMIT_MB)


def synthetic(ratings: int, users: int, items: int) -> pd.DataFrame:
    """Distinct pairs with rank-16 tastes, biases and noise, rounded to 1..5."""
    random = np.random.default_rng(0)
    pairs = random.choice(users * items, ratings, replace=False)
    user, item = np.divmod(pairs, items)
    tastes = random.normal(0, 0.25, (users, 16)), random.normal(0, 1, (items, 16))
    value = 3.5 + random.normal(0, 0.4, users)[user] + random.normal(0, 0.5, items)[item]
    for factor in range(16):
        value += tastes[0][user, factor] * tastes[1][item, factor] / 2
    value += random.normal(0, 0.7, ratings)
    return pd.DataFrame(
        {
            "USER_ID": user.astype(str),
            "FILM_ID": item.astype(str),
            "RATING": np.clip(np.round(value), 1, 5),
        }
    )


def load(stack: Stack, ratings: pd.DataFrame) -> None:
    """Put the ratings into a table of the stack's schema."""
    with connection.session(connection.administrator_arguments(stack)) as session:
        with session.cursor() as cursor:
            cursor.execute(f"create table {TABLE} (user_id varchar, film_id varchar, rating float)")
        write_pandas(session, ratings, TABLE)


def run_training(stack: Stack, base: Path, options: Mapping[str, str]) -> tuple[int, float, float]:
    """Exit code, seconds and peak resident megabytes of the training program."""
    config = base / "input" / "config"
    config.mkdir(parents=True)
    order = {
        "input_table": f"{DATABASE}.{SCHEMA}.{TABLE}",
        "output_table": f"{DATABASE}.{SCHEMA}.{TABLE}_OUT",
        "artifact_uri": "s3://benchmark/model.tar.gz",
    }
    (config / "hyperparameters.json").write_text(json.dumps({**order, **options}))
    environment = stack.aws_environment("training-job") | {
        "PATH": os.environ["PATH"],
        "HOME": str(base),
        "SAGEMAKER_BASE_DIR": str(base),
        "TRAINING_JOB_NAME": "benchmark",
        "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(stack.training_connection()),
        "SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES": "localhost",
    }
    began = time.perf_counter()
    # wait4 gives the memory of this child alone, at its end
    child = os.posix_spawn(_TRAIN, [str(_TRAIN)], environment)
    _, status, usage = os.wait4(child, 0)
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return os.waitstatus_to_exitcode(status), time.perf_counter() - began, kilobytes / 1024


if __name__ == "__main__":
    sys.exit(main())

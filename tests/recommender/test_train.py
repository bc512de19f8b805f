"""The training program as SageMaker runs it, against a warehouse on loopback."""

import re
import signal
import time

import numpy as np
import pandas as pd
import pytest
from recommender.artifact import artifact
from recommender.data.features import NO_ANSWERS
from recommender.training.option_table import OPTIONS
from snowflake.connector.pandas_tools import write_pandas
from training_program import COLUMNS, ITEMS, LENGTH, OUTPUT, RATINGS, ROWS, USERS


def metrics(log: str) -> dict[str, float]:
    return {
        name: float(value) for name, value in re.findall(r"^metric (\w+)=(\S+)$", log, re.MULTILINE)
    }


def test_a_job_writes_a_model_and_recommendations(warehouse, make_job):
    warehouse.run(f"drop table if exists {OUTPUT}")
    warehouse.load(RATINGS, COLUMNS, ROWS)
    job = make_job(top_n=str(LENGTH))
    code, log = job.run()
    assert code == 0, log
    assert job.model_files == ["arrays.npz", "manifest.json"]
    model = artifact.load(job.base / "model")

    rows = warehouse.run(
        "select user_id, rank, item_id, score, estimated_rating, training_job"
        f" from {OUTPUT} order by user_id::integer, rank"
    )
    assert len(rows) == USERS * LENGTH
    # numbers became text as Snowflake casts them, in the table as in the model
    assert sorted(model.user_ids.tolist()) == sorted(map(str, range(USERS)))
    indices = {id_: index for index, id_ in enumerate(model.item_ids.tolist())}
    for user, rank, item, score, estimate, made_by in rows:
        assert (int(user) + int(item)) % 3 == 0, "rated items are left out"
        index = int(np.flatnonzero(model.user_ids == user)[0])
        scores = model.ranker.with_prior(
            model.users.take(index), model.prior.probabilities(NO_ANSWERS)
        )
        expected = scores.dense()[0, indices[item]]
        assert score == pytest.approx(expected, abs=1e-9)
        estimated = model.model.estimate(np.array([index]), np.array([indices[item]]))[0]
        assert estimate == pytest.approx(estimated, abs=1e-9)
        assert 1 <= estimate <= 5
        assert 1 <= rank <= LENGTH
        assert made_by == job.environ["TRAINING_JOB_NAME"]

    assert metrics(log) == {
        "users": USERS,
        "items": ITEMS,
        "ratings": ROWS.count("("),
        "duplicates": 0,
        "joined": 0,
        "untimed": 0,
        "warnings": 0,
        "ease_declined": 0,
        "rows": len(rows),
        **{name: pytest.approx(value) for name, value in model.manifest.metrics.items()},
    }
    shares = [float(share) for share in re.findall(r"^progress (\S+) .+$", log, re.MULTILINE)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert "cross-validation: fold 2 of 5" in log


def test_the_manifest_says_where_the_model_comes_from(warehouse, make_job, run_here):
    warehouse.load(RATINGS, COLUMNS, ROWS)
    job = make_job("snowreel-test-manifest", seed="5")
    assert run_here(job)[0] == 0
    manifest = artifact.load(job.base / "model").manifest
    assert manifest.training_job == "snowreel-test-manifest"
    assert manifest.model_artifact.endswith("/snowreel-test-manifest/output/model.tar.gz")
    assert manifest.hyperparameters["seed"] == 5
    assert OPTIONS["reg_all"].default is None
    assert 0 < float(manifest.hyperparameters["reg_all"]) < 1
    assert manifest.rating_scale == (1.0, 5.0)
    assert set(manifest.library_versions) >= {"numpy", "scikit-surprise"}


def test_training_twice_replaces_and_the_same_seed_gives_the_same_lists(
    warehouse, make_job, run_here, output
):
    lists = []
    # the second time the same rows come in another order
    reversed_rows = ", ".join(reversed(re.findall(r"\([^)]*\)", ROWS)))
    for name, rows in (("job-one", ROWS), ("job-two", reversed_rows)):
        warehouse.load(RATINGS, COLUMNS, rows)
        code, log = run_here(make_job(name))
        assert code == 0, log
        lists.append([row[:5] for row in output()])
        assert {row[5] for row in output()} == {name}
    assert lists[0] == lists[1]
    assert len(lists[0]) == len({(row[0], row[1]) for row in lists[0]})


def test_the_highest_of_repeated_ratings_counts_and_the_rest_is_counted(
    warehouse, make_job, run_here
):
    warehouse.load(RATINGS, COLUMNS, ROWS + ", (0, 1, 0), (0, 1, 1), (1, 0, 1)")
    job = make_job("snowreel-test-duplicates")
    code, log = run_here(job)
    assert code == 0, log
    assert metrics(log)["duplicates"] == 3
    assert metrics(log)["ratings"] == ROWS.count("(")


@pytest.mark.parametrize(
    "columns",
    [
        "userid varchar, movieid varchar, rating number(2, 1)",
        "utilisateur_id varchar, item_id varchar, note float",
        '"user_id" integer, "Movie_Id" integer, rating double, noise varchar default null',
    ],
)
def test_columns_are_found_by_name(warehouse, make_job, run_here, columns):
    rows = ROWS.replace(")", ", null)") if "noise" in columns else ROWS
    warehouse.load(RATINGS, columns, rows)
    code, log = run_here(make_job(n_epochs="1", folds="2"))
    assert code == 0, log
    assert metrics(log)["users"] == USERS


@pytest.mark.filterwarnings("ignore:is_datetime64tz_dtype:DeprecationWarning")
def test_half_stars_train_and_keep_to_their_scale(
    warehouse, make_job, run_here, output, latest_small
):
    warehouse.run(f"create or replace table {RATINGS} (user_id text, movie_id text, rating float)")
    frame = pd.DataFrame(
        {
            "USER_ID": latest_small.user_ids[latest_small.users],
            "MOVIE_ID": latest_small.item_ids[latest_small.items],
            "RATING": latest_small.values,
        }
    )
    write_pandas(warehouse.session, frame, "RATINGS", database="SNOWREEL", schema="MARTS")
    job = make_job(n_factors="8", n_epochs="5", folds="2")
    code, log = run_here(job)
    assert code == 0, log
    rows = output()
    assert len(rows) == metrics(log)["rows"] == 10 * len(latest_small.user_ids)
    assert all(0.5 <= row[4] <= 5 for row in rows)
    assert artifact.load(job.base / "model").manifest.rating_scale == (0.5, 5)


def test_ids_are_read_as_snowflake_casts_arguments(warehouse, make_job, run_here):
    # beyond the whole numbers that a FLOAT holds
    big = 10**17 + 1
    rows = re.sub(r"\((\d+), (\d+)", lambda m: f"({m[1]}, {big + int(m[2])}", ROWS)
    warehouse.load(RATINGS, "user_id varchar, item_id number(38, 0), rating integer", rows)
    job = make_job()
    assert run_here(job)[0] == 0
    assert artifact.load(job.base / "model").item_ids[0] == str(big)


@pytest.mark.parametrize(
    "rows",
    [
        "(1, 1, 3), (1, 2, 3), (2, 1, 3), (2, 3, 3), (3, 2, 3), (3, 3, 3)",
        "(1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4), (5, 5, 5), (6, 6, 1)",
        "(1, 1, 1), (1, 2, 2), (2, 3, 3), (2, 4, 4), (3, 5, 5), (3, 6, 1)",
    ],
    ids=["constant ratings", "one rating per user", "items seen once"],
)
@pytest.mark.parametrize("algorithm", ["biased_mf", "svd", "bayesian"])
def test_poor_ratings_train_all_the_same(warehouse, make_job, run_here, output, algorithm, rows):
    warehouse.load(RATINGS, COLUMNS, rows)
    # more factors than items
    job = make_job(algorithm=algorithm, n_factors="50", n_epochs="3", folds="2")
    code, log = run_here(job)
    assert code == 0, log
    model = artifact.load(job.base / "model")
    unseen = len(model.user_ids) * len(model.item_ids) - len(model.users.items)
    assert len(output()) == min(unseen, 10 * len(model.user_ids))
    assert all(np.isfinite(row[3]) and np.isfinite(row[4]) for row in output())


@pytest.mark.parametrize("moment", ["cross-validation", "learning from all ratings"])
def test_a_stopped_job_ends_at_once_and_leaves_nothing(warehouse, make_job, output, moment):
    warehouse.load(RATINGS, COLUMNS, ROWS)
    before = output()
    # long enough that it can only have ended by being stopped
    job = make_job(n_epochs="1000", n_factors="1000", folds="2")
    with job.start() as process:
        log = ""
        for line in process.stdout:
            log += line
            if moment in line:
                process.send_signal(signal.SIGTERM)
                break
        stopped_at = time.monotonic()
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 143, log + rest
    assert time.monotonic() - stopped_at < 5
    assert "stopped: the training job was asked to stop; nothing was written" in rest
    assert "Traceback" not in log + rest
    assert job.model_files == []
    assert output() == before


def test_too_few_new_ratings_end_the_job_well_without_a_model(
    warehouse, make_job, run_here, output
):
    warehouse.load(RATINGS, COLUMNS, ROWS)
    assert run_here(make_job("snowreel-test-before"))[0] == 0
    before, count = output(), ROWS.count("(")
    job = make_job("snowreel-test-skipped", least_new_ratings="5", known_ratings=str(count - 4))
    code, log = run_here(job)
    assert code == 0, log
    assert metrics(log) == {"ratings": 4, "users": 0, "rows": 0}
    assert "skipped: 4 new ratings, fewer than the 5 asked for" in log
    assert job.model_files == []
    assert output() == before
    code, log = run_here(make_job(least_new_ratings="4", known_ratings=str(count - 4)))
    assert code == 0, log
    assert metrics(log)["users"] == USERS

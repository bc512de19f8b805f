"""The judgement job: two models and a table in, figures to the log and to the table of runs."""

import io
import json
import re
import tarfile

import pytest
from recommender.artifact import artifact as artifact_file
from recommender.serving.smoke_test import REQUESTS
from small_models import model_of, ratings

from functions.snowflake_integration import scripts
from local.product_sql import VALUES
from local.stack import TRAINING_ROLE

TABLE = "snowreel.marts.growing"
RUNS = "snowreel.marts.model_run"
BEGAN_AT = "2026-01-21T00:00:00+00:00"
OWN = {
    "champion_began_at": BEGAN_AT,
    "candidate_job": "candidate",
    "champion_job": "champion",
    "fewest_new_ratings": "50",
    "drift_view": "SNOWREEL.MARTS.NO_DRIFT",
}


def liked(user, item):
    return 5.0 if user % 2 == item % 2 else 1.0


RATED = [
    (user, item, liked(user, item), 1 + (user + item) % 28)
    for user in range(20)
    for item in range(20)
    if (user * 3 + item) % 4
]
OLD = [row for row in RATED if row[3] <= 20]
NEW = [row for row in RATED if row[3] > 20]


@pytest.fixture(scope="module")
def models():
    """Champion and candidate, as their trainings left them."""
    made = {}
    for name, known, margin in (("champion", OLD, 0.03), ("candidate", RATED, 0.04)):
        rows = [(f"u{user}", f"i{item}", value, float(day)) for user, item, value, day in known]
        made[name] = model_of(ratings(rows), metrics={"ndcg_at_10_margin": margin})
    return made


def put(base, channel, model):
    folder = base / "made" / channel
    artifact_file.save(model, folder)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in ("manifest.json", "arrays.npz"):
            tar.add(folder / name, name)
    (base / "input" / "data" / channel).mkdir(parents=True)
    (base / "input" / "data" / channel / "model.tar.gz").write_bytes(packed.getvalue())


def load(warehouse, rows, time="'2026-01-{day:02d} 12:00:00'"):
    values = ", ".join(
        f"('u{user}', 'i{item}', {value}, {time.format(day=day)})"
        for user, item, value, day in rows
    )
    columns = "user_id varchar, item_id varchar, rating float, rated_at timestamp_ntz"
    warehouse.load(TABLE, columns, values)


@pytest.fixture
def run_row(warehouse):
    """The row that the candidate's training left."""
    warehouse.run(f"delete from {RUNS}")
    warehouse.run(
        f"insert into {RUNS} (training_job, finished_at, input_table, output_table, algorithm,"
        " ranking, users, items, ratings, rmse, mae, metrics, hyperparameters) values"
        " ('candidate', '2026-01-29 00:00:00', 'a', 'b', 'c', 'd', 1, 1, 1, 1, 1, '{}', '{}')"
    )
    yield lambda: warehouse.run(f"select judgement from {RUNS} where training_job = 'candidate'")
    warehouse.run(f"delete from {RUNS}")


@pytest.fixture
def judgement_job(make_job, warehouse, models, run_row):
    """A judgement of two models on a table that has grown; keyword arguments change the order."""

    def make(**changed):
        order = {
            "input_table": TABLE.upper(),
            "n_epochs": "10",
            "n_factors": "20",
            "item_features_table": "SNOWREEL.MARTS.NOWHERE",
            "run_table": RUNS.upper(),
            **OWN,
        } | changed
        job = make_job("judgement", **order)
        for channel, name in (("model", "champion"), ("candidate", "candidate")):
            put(job.base, channel, models[name])
        return job

    load(warehouse, RATED)
    return make


def metrics(log):
    return {
        name: float(value) for name, value in re.findall(r"^metric (\w+)=(\S+)$", log, re.MULTILINE)
    }


def test_a_judgement_compares_on_what_is_new(judgement_job, run_here, run_row):
    job = judgement_job()
    code, log = run_here(job)
    assert code == 0, log
    found = metrics(log)
    assert (found["new_ratings"], found["old_ratings"]) == (len(NEW), len(OLD))
    assert found["timed_ratings"] == len(RATED)
    assert found["users"] == found["evaluated_users"] == len({user for user, *_ in NEW})
    # without the new ratings the candidate is what the champion is
    for figure in ("ndcg_at_10", "rmse"):
        assert found[figure] == found[f"champion_{figure}"]
    assert found["ndcg_difference_low"] == found["ndcg_difference_high"] == 0
    assert found["popular_ndcg_at_10"] < found["ndcg_at_10"]
    assert found["smoke_failures"] == 0
    assert found["scale_shift"] == pytest.approx(0, abs=0.01)
    assert found["recorded_ndcg_margin"] == pytest.approx(0.05)
    assert len(found) <= 40
    ((written,),) = run_row()
    assert json.loads(written) == {
        "judgement_job": "judgement",
        "champion": "champion",
        "champion_began_at": "2026-01-21 00:00:00",
        **{name: pytest.approx(value) for name, value in found.items()},
    }
    assert job.model_files == []


def test_yesterdays_drift_is_counted_where_there_is_a_view_of_it(
    judgement_job, run_here, warehouse
):
    warehouse.run(
        "create or replace view snowreel.marts.made_up_drift as select column1 as is_drift,"
        " dateadd(day, column2, sysdate()::date) as day"
        " from values (true, -1), (true, -1), (false, -1), (true, -2), (true, 0)"
    )
    job = judgement_job(drift_view="SNOWREEL.MARTS.MADE_UP_DRIFT", fewest_new_ratings="500")
    code, log = run_here(job)
    warehouse.run("drop view snowreel.marts.made_up_drift")
    assert code == 0, log
    assert metrics(log)["drifts"] == 2


def test_worse_options_have_worse_figures(judgement_job, run_here):
    code, log = run_here(judgement_job(ranking="popularity"))
    assert code == 0, log
    found = metrics(log)
    # the most popular ones, but for those that a short list puts behind the others
    assert found["popular_ndcg_at_10"] <= found["ndcg_at_10"] < found["champion_ndcg_at_10"]
    assert found["ndcg_difference_high"] < 0


@pytest.mark.parametrize(
    ("changed", "rows", "time", "expected"),
    [
        pytest.param(
            {"fewest_new_ratings": "500"}, RATED, None, {"new_ratings": len(NEW)}, id="too few"
        ),
        pytest.param(
            {"champion_began_at": "2026-02-01T00:00:00+00:00"},
            RATED,
            None,
            {"new_ratings": 0, "timed_ratings": len(RATED)},
            id="nothing new",
        ),
        pytest.param({}, RATED, "null", {"new_ratings": 0, "timed_ratings": 0}, id="no times"),
        pytest.param(
            {}, NEW, None, {"new_ratings": len(NEW), "old_ratings": 0}, id="nothing to fit on"
        ),
        # an offset of two hours: midnight in UTC is the same moment
        pytest.param(
            {"champion_began_at": "2026-01-21T02:00:00.5+02:00", "fewest_new_ratings": "500"},
            RATED,
            None,
            {"new_ratings": len(NEW)},
            id="another zone",
        ),
    ],
)
def test_what_cannot_be_compared_is_counted(
    judgement_job, warehouse, run_here, run_row, changed, rows, time, expected
):
    job = judgement_job(**changed)
    load(warehouse, rows, **({"time": time} if time else {}))
    code, log = run_here(job)
    assert code == 0, log
    found = metrics(log)
    assert expected.items() <= found.items()
    assert "ndcg_at_10" not in found
    assert found["smoke_failures"] == 0
    assert json.loads(run_row()[0][0])["new_ratings"] == expected["new_ratings"]


def test_a_candidate_that_cannot_be_served_fails_every_request(judgement_job, run_here):
    job = judgement_job()
    (job.base / "input" / "data" / "candidate" / "model.tar.gz").write_bytes(b"no archive")
    code, log = run_here(job)
    assert code == 0, log
    found = metrics(log)
    assert found["smoke_failures"] == 2 * REQUESTS
    assert "scale_shift" not in found
    assert "ndcg_at_10" in found
    assert "archive is damaged" in log


def test_a_job_without_its_champion_says_so(judgement_job, run_here):
    job = judgement_job()
    (job.base / "input" / "data" / "model" / "model.tar.gz").unlink()
    assert run_here(job)[0] == 1
    assert "The channel `model` holds no model.tar.gz" in job.failure


@pytest.mark.parametrize("name", ["candidate_job", "champion_job", "fewest_new_ratings"])
def test_an_order_that_is_not_whole_is_refused(judgement_job, run_here, name):
    job = judgement_job()
    path = job.base / "input" / "config" / "hyperparameters.json"
    order = json.loads(path.read_text())
    del order[name]
    path.write_text(json.dumps(order))
    assert run_here(job)[0] == 1
    assert job.failure.startswith("The judgement job must pass champion_began_at,")
    assert name in job.failure


def test_a_run_table_of_an_earlier_version_gets_the_column(warehouse):
    warehouse.run(f"alter table {RUNS} drop column judgement")
    for _ in range(2):
        for statement in scripts.rendered("50_marts/tables/model_run.sql", VALUES):
            warehouse.run(statement)
    columns = [row[0] for row in warehouse.run(f"describe table {RUNS}")]
    assert columns[-1] == "JUDGEMENT"


def test_a_run_table_of_an_earlier_version_is_left_alone(judgement_job, warehouse, run_here):
    old = "snowreel.marts.old_runs"
    warehouse.run(f"create or replace table {old} (training_job varchar)")
    warehouse.run(f"grant select on table {old} to role {TRAINING_ROLE}")
    code, log = run_here(judgement_job(run_table=old.upper()))
    assert code == 0, log
    warehouse.run(f"drop table {old}")

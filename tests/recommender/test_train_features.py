"""Features that a training job reads, and its row in the table of runs."""

import json

import numpy as np
import pytest
from recommender.artifact import artifact
from recommender.serving.content_search import ContentSearch

RATINGS = "snowreel.marts.ratings"
OUTPUT = "snowreel.marts.recommendations"
RUNS = "snowreel.marts.test_model_run"
USERS, ITEMS = 12, 15
TABLES = {
    "item_features_table": "SNOWREEL.MARTS.TEST_ITEM_FEATURES",
    "user_features_table": "SNOWREEL.MARTS.TEST_USER_FEATURES",
    "run_table": "SNOWREEL.MARTS.TEST_MODEL_RUN",
}
RUN_COLUMNS = """
    training_job varchar, finished_at timestamp_ntz, input_table varchar, output_table varchar,
    algorithm varchar, ranking varchar, users integer, items integer, ratings integer, rmse float,
    mae float, ndcg_at_10 float, recall_at_10 float, coverage float, popular_ndcg_at_10 float,
    estimated_ndcg_at_10 float, metrics varchar, hyperparameters varchar
"""


@pytest.fixture
def loaded(warehouse):
    """Ratings with times, features of some items and users, an empty table of runs."""
    rows = ", ".join(
        f"({u}, {i}, {1 + (u * i) % 5}, '2026-{1 + u * i % 12:02}-15 12:00:00')"
        for u in range(USERS)
        for i in range(ITEMS)
        if (u + i) % 3
    )
    warehouse.load(
        RATINGS, "user_id integer, film_id integer, rating float, rated_at timestamp_ntz", rows
    )
    warehouse.load(
        "snowreel.marts.test_item_features",
        "item_id varchar, genres varchar, countries varchar, release_year integer, title varchar,"
        " is_long boolean",
        "('1', 'Drama|Comedy', 'France|FR', 1990, 'Robot', true),"
        " ('2', '[\"Horror\"]', null, null, 'The <[ robot', null),"
        " ('99', 'Western', 'Italy', 1970, 'Dust', false), ('3', '[broken', '', 2001, '', true),"
        " (null, 'Western', null, null, null, null)",
    )
    warehouse.run(f"alter table {TABLES['item_features_table']} add column people array")
    warehouse.run(
        f"update {TABLES['item_features_table']} set people = array_construct('Ann Lee', null)"
        " where item_id = '99'"
    )
    warehouse.load(
        "snowreel.marts.test_user_features",
        "user_id integer, birth_year float, country varchar",
        "(1, 1970, 'FR'), (2, 1990, null), (3, null, null)",
    )
    warehouse.load(RUNS, RUN_COLUMNS, "")
    yield warehouse
    for table in (*TABLES.values(), OUTPUT):
        warehouse.run(f"drop table if exists {table}")


def test_features_go_into_the_model(loaded, make_job, run_here):
    job = make_job(top_n="16", **TABLES)
    code, log = run_here(job)
    assert code == 0, log
    model = artifact.load(job.base / "model")
    indices = {id_: index for index, id_ in enumerate(model.item_ids.tolist())}
    genres, countries = model.item_features.genres, model.item_features.countries
    # of films without ratings, too
    assert genres.names.tolist() == ["Comedy", "Drama", "Horror", "Western", "[broken"]
    assert genres.names[genres.carried[indices["1"]]].tolist() == ["Comedy", "Drama"]
    assert genres.names[genres.carried[indices["2"]]].tolist() == ["Horror"]
    assert countries.names.tolist() == ["FR", "France", "Italy"]
    assert countries.carried[: model.rated_items].sum() == 2
    assert [model.item_features.years[indices[id_]] for id_ in ("1", "2", "3")] == [1990, 0, 2001]
    assert "The column IS_LONG of SNOWREEL.MARTS.TEST_ITEM_FEATURES is left out" in log
    content = model.content
    assert content is not None
    assert content.field_names == [
        "GENRES", "COUNTRIES", "RELEASE_YEAR", "TITLE", "PEOPLE", "MEANING",
    ]  # fmt: skip
    # a film without ratings is a row of the model, and in everybody's list where it is long enough
    assert (model.item_ids[-1], model.rated_items) == ("99", ITEMS)
    assert model.item_features.years[-1] == 1970
    listed = loaded.run(
        f"select count(*), min(estimated_rating) from {OUTPUT} where item_id = '99'"
    )
    assert listed[0][0] == USERS
    assert 1 <= listed[0][1] <= 5
    search = ContentSearch(content)
    cosines = search.cosines(search.of_text("ann lee"), search.text_weights)
    assert np.flatnonzero(cosines).tolist() == [ITEMS]
    # times were read: not every season has the same share of every item
    assert np.ptp(model.prior.season_log_lifts) > 0
    assert np.ptp(model.prior.cohort_log_lifts) > 0
    assert "last_ndcg_at_10" in model.manifest.metrics


def test_a_finished_training_leaves_one_row(loaded, make_job, run_here):
    job = make_job("snowreel-test-run", seed="3", **TABLES)
    for _ in range(2):  # a second attempt of the same job replaces its row
        code, log = run_here(job)
        assert code == 0, log
    (row,) = loaded.run(f"select * from {RUNS}")
    names = [line.split()[0] for line in RUN_COLUMNS.split(",")]
    run = dict(zip(names, row, strict=True))
    manifest = artifact.load(job.base / "model").manifest
    assert run["training_job"] == "snowreel-test-run"
    assert (run["algorithm"], run["ranking"]) == ("biased_mf", "ease")
    assert (run["input_table"], run["output_table"]) == (RATINGS.upper(), OUTPUT.upper())
    assert (run["users"], run["items"]) == (USERS, ITEMS)
    assert run["rmse"] == pytest.approx(manifest.metrics["rmse"])
    assert run["ndcg_at_10"] == pytest.approx(manifest.metrics["ndcg_at_10"])
    assert json.loads(run["metrics"]) == pytest.approx(manifest.metrics)
    assert json.loads(run["hyperparameters"])["seed"] == 3
    generated = loaded.run(f"select distinct generated_at from {OUTPUT}")
    assert generated == [(run["finished_at"],)]


def test_a_failed_training_leaves_none(loaded, make_job, run_here):
    # the row's columns do not fit: the transaction takes the recommendations back, too
    loaded.load(OUTPUT, OUTPUT_COLUMNS, "('1', 1, '2', 3.5, 3.5, 'earlier', '2026-01-01')")
    before = loaded.run(f"select * from {OUTPUT}")
    loaded.load(RUNS, "training_job varchar, other integer", "")
    job = make_job(**TABLES)
    code, _ = run_here(job)
    assert code == 1
    assert loaded.run(f"select * from {OUTPUT}") == before
    assert loaded.run(f"select * from {RUNS}") == []
    assert job.model_files == []


OUTPUT_COLUMNS = (
    "user_id varchar, rank integer, item_id varchar, score float, estimated_rating float,"
    " training_job varchar, generated_at timestamp_ntz"
)


@pytest.mark.parametrize("table", list(TABLES))
def test_a_table_that_does_not_exist_is_done_without(loaded, make_job, run_here, table):
    loaded.run(f"drop table {TABLES[table]}")
    job = make_job(n_epochs="1", folds="2", **TABLES)
    code, log = run_here(job)
    assert code == 0, log
    loaded.run(f"create table {TABLES[table]} (n integer)")


def test_epoch_seconds_are_times(loaded, make_job, run_here):
    rows = ", ".join(
        f"({u}, {i}, {1 + (u * i) % 5}, {1_700_000_000 + 86_400 * 100 * (i % 3)})"
        for u in range(USERS)
        for i in range(ITEMS)
        if (u + i) % 3
    )
    loaded.load(RATINGS, "userid integer, movieid integer, rating float, timestamp integer", rows)
    job = make_job(n_epochs="1", folds="2")
    code, log = run_here(job)
    assert code == 0, log
    assert np.ptp(artifact.load(job.base / "model").prior.season_log_lifts) > 0


def test_an_item_under_two_ids_is_recommended_once_and_found_by_both(loaded, make_job, run_here):
    """Items 5 and 7 are one: who rated either of them is recommended neither."""
    columns = "item_id varchar, release_year integer, other_ids varchar"
    loaded.load(TABLES["item_features_table"], columns, "('5', 1990, '7|77'), ('1', 1991, null)")
    job = make_job(n_epochs="1", folds="2", top_n=str(ITEMS), **TABLES)
    code, log = run_here(job)
    assert code == 0, log
    model = artifact.load(job.base / "model")
    assert "7" not in model.item_ids.tolist()
    assert len(model.item_ids) == ITEMS - 1
    place = model.item_ids.tolist().index("5")
    assert model.other_ids == {"7": place, "77": place}
    assert model.item_features.years[place] == 1990
    listed = loaded.run(f"select user_id::integer, item_id from {OUTPUT}")
    assert "7" not in {item for _, item in listed}
    assert not [user for user, item in listed if item == "5" and has_rated(user, 5, 7)]
    under_seven = sum(has_rated(user, 7) for user in range(USERS))
    assert f"metric joined={under_seven}\n" in log
    both = sum(has_rated(user, 5) and has_rated(user, 7) for user in range(USERS))
    assert f"metric duplicates={both}\n" in log


def has_rated(user: int, *items: int) -> bool:
    return any((user + item) % 3 for item in items)


def test_an_id_that_two_items_claim_is_one_sentence(loaded, make_job, run_here):
    columns = "item_id varchar, other_ids varchar"
    loaded.load(TABLES["item_features_table"], columns, "('5', '7'), ('1', '7')")
    job = make_job(**TABLES)
    code, log = run_here(job)
    assert code == 1
    assert "has '7' among the OTHER_IDS of both '5' and '1': leave it with one item." in log


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("varchar", "to_varchar(to_timestamp_ntz({}), 'YYYY-MM-DD HH24:MI:SS')"),
        ("varchar", "to_varchar({}) || '000'"),
        ("number(20, 0)", "{}::number(20, 0) * 1000"),
    ],
    ids=["texts", "texts-of-milliseconds", "milliseconds"],
)
def test_times_in_any_form_order_the_ratings(loaded, make_job, run_here, kind, shown):
    """Every user rated item 0 again, lower: the newest counts, not the highest."""
    columns = f"user_id integer, film_id integer, rating float, rated_at {kind}"
    loaded.load(RATINGS, columns, "")
    for first in (True, False):
        rows = ", ".join(
            f"({u}, {i}, {5 if first else 1}, {1_100_000_000 + (not first) * 86_400})"
            for u in range(USERS)
            for i in (range(4) if first else [0])
        )
        loaded.run(
            f"insert into {RATINGS} select column1, column2, column3, {shown.format('column4')}"
            f" from values {rows}"
        )
    loaded.run(f"insert into {RATINGS} values (1, 2, 3, null)")
    job = make_job(n_epochs="1", folds="2")
    code, log = run_here(job)
    assert code == 0, log
    assert f"metric duplicates={USERS + 1}\n" in log
    assert "metric untimed=0\n" in log
    users = artifact.load(job.base / "model").users
    assert users.values.reshape(USERS, 4)[:, 0].tolist() == [1.0] * USERS


def test_a_column_of_no_times_is_said(loaded, make_job, run_here):
    rows = ", ".join(f"({u}, {i}, 3, 'noon')" for u in range(USERS) for i in range(4))
    loaded.load(RATINGS, "user_id integer, film_id integer, rating float, rated_at varchar", rows)
    job = make_job(n_epochs="1", folds="2")
    code, log = run_here(job)
    assert code == 0, log
    assert f"metric untimed={4 * USERS}\n" in log
    assert f"metric warnings={8 * USERS}\n" in log

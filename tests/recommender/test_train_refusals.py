"""Trainings that are refused: one sentence, and nothing changes."""

import re

import pytest
from training_program import COLUMNS, RATINGS, ROWS

TEXT_RANK = """
    user_id varchar, rank varchar, item_id varchar, score float, estimated_rating float,
    training_job varchar, generated_at timestamp_ntz
"""


@pytest.mark.parametrize(
    ("columns", "rows", "order", "sentence"),
    [
        (None, "", {}, "The input table SNOWREEL.MARTS.RATINGS does not exist"),
        (COLUMNS, "", {}, "is empty"),
        ("id integer, film_id integer, rating float", "", {}, "no column named USER_ID or USERID"),
        ("user_id integer, film integer, rating float", "", {}, "no column named ITEM_ID or MOV"),
        ("user_id integer, film_id integer, stars float", "", {}, "no column named RATING or NOTE"),
        (f"{COLUMNS}, item_id integer", "", {}, "has both FILM_ID and ITEM_ID"),
        ("user_id integer, film_id integer, rating varchar", "", {}, "must hold numbers, not TEXT"),
        ("user_id integer, film_id integer, rating boolean", "", {}, "numbers, not BOOLEAN"),
        (COLUMNS, "(null, 1, 2), (2, 2, 2)", {}, "1 row of the input table without a user id"),
        (COLUMNS, "(1, null, 2), (2, null, 2)", {}, "2 rows of the input table without a item id"),
        (COLUMNS, "(1, 1, null), (2, 2, 2)", {}, "1 row of the input table without a rating"),
        (COLUMNS, "(1, 1, 'nan'), (2, 2, 2)", {}, "no finite number"),
        (COLUMNS, "(1, 1, 3), (1, 2, 2)", {}, "ratings of one user only"),
        (COLUMNS, "(1, 1, 3), (2, 1, 2)", {}, "ratings of one item only"),
        (COLUMNS, "(1, 1, 3), (2, 2, 2)", {}, "2 ratings, fewer than the 5 folds"),
        (COLUMNS, ROWS, {"lr_all": "1", "n_epochs": "200"}, "Learning diverged"),
        (COLUMNS, ROWS, {"output_table": '"SNOWREEL"."MARTS"."RATINGS"'}, "is the input table"),
        (COLUMNS, ROWS, {"output_table": "a.b.c; drop table d"}, "is not a table name"),
        (COLUMNS, ROWS, {"output_table": "snowreel.nowhere.out"}, "schema of the output table"),
        (COLUMNS, ROWS, {"input_table": 'snowreel.marts."r"" or 1"'}, "does not exist"),
        (COLUMNS, ROWS, {"folds": "1"}, "The option folds must be"),
        (COLUMNS, ROWS, {"fold": "5"}, "There is no option 'fold'"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    warehouse, make_job, run_here, output, columns, rows, order, sentence
):
    warehouse.run(f"drop table if exists {RATINGS}")
    if columns is not None:
        warehouse.load(RATINGS, columns, rows)
    tables = warehouse.tables()
    before = output()
    assert_refused(run_here, make_job(**order), sentence)
    assert output() == before
    assert warehouse.tables() == tables


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ("user_id varchar, items varchar", "has other columns than USER_ID, RANK, ITEM_ID"),
        (TEXT_RANK, "The column RANK of the output table .* is TEXT, not integer"),
    ],
)
def test_an_output_table_with_other_columns_is_left_alone(
    warehouse, make_job, run_here, columns, sentence
):
    warehouse.load(RATINGS, COLUMNS, ROWS)
    warehouse.load("snowreel.marts.mine", columns, "")
    job = make_job(output_table="snowreel.marts.mine")
    log = assert_refused(run_here, job, sentence)
    assert "cross-validation" not in log, "it is seen before anything is trained"


def test_a_view_is_no_output_table(warehouse, make_job, run_here):
    warehouse.load(RATINGS, COLUMNS, ROWS)
    warehouse.load("snowreel.marts.shown", TEXT_RANK.replace("rank varchar", "rank integer"), "")
    warehouse.run(
        "create or replace view snowreel.marts.look as select * from snowreel.marts.shown"
    )
    log = assert_refused(run_here, make_job(output_table="snowreel.marts.look"), "LOOK is a view")
    assert "cross-validation" not in log, "it is seen before anything is trained"


def test_snowflake_out_of_reach_is_one_sentence(make_job, run_here, free_port):
    job = make_job()
    settings = '{"account": "a", "user": "u", "password": "p", "protocol": "http",'
    settings += f' "host": "localhost", "port": {free_port()}, "login_timeout": 1}}'
    job.environ["SNOWREEL_SNOWFLAKE_CONNECTION"] = settings
    assert_refused(run_here, job, "^Snowflake answered: ")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("TRAINING_JOB_NAME", "", "The variable TRAINING_JOB_NAME is not set"),
        ("SNOWREEL_SNOWFLAKE_CONNECTION", "{", "SNOWREEL_SNOWFLAKE_CONNECTION is not JSON"),
        ("SNOWREEL_SNOWFLAKE_CONNECTION", "[]", "must hold a JSON object"),
    ],
)
def test_a_wrong_environment_is_one_sentence(
    warehouse, make_job, run_here, variable, value, sentence
):
    warehouse.load(RATINGS, COLUMNS, ROWS)
    job = make_job()
    job.environ[variable] = value
    log = assert_refused(run_here, job, sentence)
    assert "cross-validation" not in log


def test_a_bug_leaks_no_internals(make_job):
    job = make_job()
    (job.base / "input" / "config" / "hyperparameters.json").write_bytes(b"\xff")
    code, log = job.run()
    assert code == 1
    assert "Traceback" in log
    assert job.failure == (
        "The training program failed unexpectedly (UnicodeDecodeError):"
        " the log of the training job says where."
    )


def assert_refused(run_here, job, sentence: str) -> str:
    code, log = run_here(job)
    assert code == 1, log
    assert re.search(sentence, job.failure), job.failure
    assert re.fullmatch(r"[^\n]+\.", job.failure)
    assert f"failed: {job.failure}" in log
    assert "Traceback" not in log
    assert job.model_files == []
    return log

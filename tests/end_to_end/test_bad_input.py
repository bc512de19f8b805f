"""Bad input: one clear sentence, nothing changed."""

import re
from typing import Any

import pytest
from snowflake.connector.errors import ProgrammingError

pytestmark = pytest.mark.thorough

COLUMNS = "(user_id varchar, item_id varchar, rating {type})"
GOOD_ROWS = [(f"u{n % 5}", f"i{n % 7}", 1 + n % 5) for n in range(35)]


def make_table(keeper: Any, name: str, rows: list[tuple[Any, ...]], kind: str = "float") -> str:
    keeper.rows(f"create or replace table {name} {COLUMNS.format(type=kind)}")
    if rows:
        values = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in rows)
        keeper.rows(f"insert into {name} values {values}")
    return name


def literal(value: Any) -> str:
    if value is None:
        return "null"
    return f"'{value}'" if isinstance(value, str) else str(value)


def sentence(answer: dict[str, Any]) -> str:
    """The message of an error answer: one sentence, no traceback, no internals."""
    assert set(answer) == {"error"}, answer
    message = answer["error"]["message"]
    assert answer["error"]["code"]
    assert message
    assert "Traceback" not in message
    assert "\n" not in message
    return message


BAD_TABLES: dict[str, tuple[list[tuple[Any, ...]], str, str]] = {
    "empty": ([], "float", r"(?i)no rows|empty"),
    "with_nulls": ([*GOOD_ROWS, ("u1", None, 3)], "float", "NULL"),
    "with_text": (
        [*((u, i, str(r)) for u, i, r in GOOD_ROWS), ("u1", "i9", "good")],
        "varchar",
        "(?i)number",
    ),
    "one_user": ([("u1", f"i{n}", 1 + n % 5) for n in range(20)], "float", "(?i)user"),
    "one_item": ([(f"u{n}", "i1", 1 + n % 5) for n in range(20)], "float", "(?i)item"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_input_table_changes_nothing(analyst: Any, keeper: Any, case: str) -> None:
    rows, kind, expected = BAD_TABLES[case]
    make_table(keeper, f"bad_{case}", rows, kind)
    keeper.rows(
        "create or replace table kept (user_id varchar, rank number, item_id varchar,"
        " score float, estimated_rating float, training_job varchar, generated_at timestamp_ntz)"
    )
    keeper.rows("grant insert, delete on table kept to role snowreel_training")
    keeper.rows("insert into kept values ('u', 1, 'i', 1, 1, 'job', '2026-01-01'::timestamp_ntz)")
    message = sentence(analyst.train(f"bad_{case}", "kept"))
    assert re.search(expected, message), message
    assert analyst.rows("select user_id, rank from kept") == [("u", 1)]


def test_a_missing_input_table(analyst: Any) -> None:
    assert "NOWHERE" in sentence(analyst.train("nowhere", "never_made")).upper()
    assert analyst.rows("show tables like 'NEVER_MADE'") == []


def test_an_input_table_without_the_columns(analyst: Any, keeper: Any) -> None:
    keeper.rows("create or replace table wrong_columns (a varchar, b varchar, c float)")
    keeper.rows("insert into wrong_columns values ('1', '2', 3)")
    message = sentence(analyst.train("wrong_columns", "never_made"))
    assert "USER_ID" in message.upper()


def test_duplicates_are_counted_and_reported(analyst: Any, keeper: Any) -> None:
    make_table(keeper, "repeated", [*GOOD_ROWS, ("u0", "i0", 5), ("u1", "i1", 1)])
    answer = analyst.train("repeated", "repeated_recommendations")
    assert answer["status"] == "Completed", answer
    assert any("highest" in warning for warning in answer["warnings"])


def test_the_output_table_may_not_be_the_input_table(analyst: Any, tastes: str) -> None:
    before = analyst.value(f"select count(*) from {tastes}")
    for name in (tastes, tastes.upper(), f"SNOWREEL.MARTS.{tastes}"):
        sentence(analyst.train(tastes, name))
    assert analyst.value(f"select count(*) from {tastes}") == before


def test_an_output_table_with_other_columns_is_kept(analyst: Any, keeper: Any, tastes: str) -> None:
    keeper.rows("create or replace table diary (day date, text varchar)")
    keeper.rows("insert into diary values ('2026-01-01', 'rain')")
    sentence(analyst.train(tastes, "diary"))
    assert analyst.value("select text from diary") == "rain"


@pytest.mark.parametrize(
    "name",
    [
        "x; drop table tastes",
        "x'; drop table tastes; --",
        'x" (a int); drop table "tastes',
        "information_schema.tables",
        "other_database.marts.ratings",
        "a.b.c.d",
        "",
        "(select 1)",
    ],
)
def test_names_that_try_more_are_refused(analyst: Any, tastes: str, name: str) -> None:
    sentence(analyst.train(name, "never_made"))
    sentence(analyst.train(tastes, name))
    assert analyst.value(f"select count(*) from {tastes}") > 0


def test_an_unknown_model_is_named_with_the_known_ones(analyst: Any, model: str) -> None:
    with pytest.raises(ProgrammingError) as raised:
        analyst.rows("select invoke_model('no-such-model', 'u1', 'i1')")
    assert "no-such-model" in str(raised.value)
    assert model in str(raised.value)
    sentence(analyst.answer("select recommend('no-such-model', 'u1', 3)"))
    sentence(analyst.answer("select undeploy_model('no-such-model')"))


def test_an_unknown_training_job(analyst: Any) -> None:
    sentence(analyst.answer("select training_status('no-such-job')"))


@pytest.mark.parametrize(
    "artifact",
    [
        "no-such-job",
        "s3://somebody-elses-bucket/training/x/output/model.tar.gz",
        "s3://snowreel-local-artifacts-123456789012-us-east-1/other/model.tar.gz",
        "../../etc/passwd",
        "",
    ],
)
def test_an_artifact_that_is_not_ours_is_refused(analyst: Any, artifact: str) -> None:
    sentence(analyst.deploy("refused-model", artifact))
    names = [entry["model_name"] for entry in analyst.answer("select list_models()")]
    assert "refused-model" not in names


@pytest.mark.parametrize("name", ["", "Upper", "with space", "-x", "x" * 41, "a--b", "a_b"])
def test_a_model_name_out_of_rule_is_refused(
    analyst: Any, trained: dict[str, Any], name: str
) -> None:
    sentence(analyst.deploy(name, trained["training_job"]))


def test_null_arguments(analyst: Any) -> None:
    for call in (
        "train_and_get_recommendations(null, 'x')",
        "train_and_get_recommendations('tastes', null)",
        "start_training(null, null, null)",
        "training_status(null)",
        "deploy_model(null, 'x')",
        "deploy_model('x', null)",
        "undeploy_model(null)",
        "recommend(null, 'u1', 3)",
    ):
        sentence(analyst.answer(f"select {call}"))


@pytest.mark.parametrize(
    "options",
    ["'n_factors', 0", "'n_factors', 'many'", "'no_such_option', 1", "'lr_all', -1", "'top_n', 0"],
)
def test_options_out_of_range(analyst: Any, tastes: str, options: str) -> None:
    answer = analyst.answer(
        f"select start_training('{tastes}', 'never_made', object_construct({options}))"
    )
    sentence(answer)

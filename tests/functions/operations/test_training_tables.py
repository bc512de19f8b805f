"""Names of a training's tables: read as Snowflake reads them, refused before anything starts."""

import pytest

TABLES = ["ratings", "recommendations"]


def context(database: str | None, schema: str | None) -> dict[str, str]:
    values = {"sf-context-current-database": database, "sf-context-current-schema": schema}
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("name", "current", "resolved"),
    [
        ("ratings", (None, None), "SNOWREEL.MARTS.RATINGS"),
        ("ratings", ("SNOWREEL", "RAW"), "SNOWREEL.RAW.RATINGS"),
        ("ratings", ("SNOWREEL", "my raw"), 'SNOWREEL."my raw".RATINGS'),
        ("ratings", ("SNOWREEL", None), "SNOWREEL.MARTS.RATINGS"),
        ("raw.ratings", ("SNOWREEL", "MARTS"), "SNOWREEL.RAW.RATINGS"),
        ("snowreel.raw.ratings", ("OTHER", "X"), "SNOWREEL.RAW.RATINGS"),
        ('"my table"', (None, None), 'SNOWREEL.MARTS."my table"'),
        ('"a.""b"', (None, None), 'SNOWREEL.MARTS."a.""b"'),
        ('raw."Ratings"', (None, None), 'SNOWREEL.RAW."Ratings"'),
        ('raw."RATINGS"', (None, None), "SNOWREEL.RAW.RATINGS"),
        ("order", (None, None), 'SNOWREEL.MARTS."ORDER"'),
        ("snowreel..ratings", (None, None), "SNOWREEL.PUBLIC.RATINGS"),
        ('snowreel .. "a b"', ("SNOWREEL", "RAW"), 'SNOWREEL.PUBLIC."a b"'),
        (" ratings ", (None, None), "SNOWREEL.MARTS.RATINGS"),
        ("ratings\n", (None, None), "SNOWREEL.MARTS.RATINGS"),
        ("raw . ratings", (None, None), "SNOWREEL.RAW.RATINGS"),
    ],
)
def test_tables_are_resolved_as_snowflake_does(api, aws, name, current, resolved):
    api.post("/start-training", [[0, name, "snowreel.marts.out", None]], headers=context(*current))
    assert aws.only("training-job")["HyperParameters"]["input_table"] == resolved


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["ratings; drop table users", "out"], "InvalidTableName"),
        (["ratings", 'out" as select 1 --'], "InvalidTableName"),
        (["ratings", "out'"], "InvalidTableName"),
        (["a.b.c.d", "out"], "InvalidTableName"),
        (["1ratings", "out"], "InvalidTableName"),
        (["", "out"], "InvalidTableName"),
        (["rätings", "out"], "InvalidTableName"),
        (["ratings x", "out"], "InvalidTableName"),
        (["snowreel...ratings", "out"], "InvalidTableName"),
        (["..ratings", "out"], "InvalidTableName"),
        (["snowreel.marts..ratings", "out"], "InvalidTableName"),
        (["ra\ntings", "out"], "InvalidTableName"),
        (['"ra\ntings"', "out"], "InvalidTableName"),
        (['"\ud800"', "out"], "InvalidTableName"),
        (["r" * 256, "out"], "InvalidTableName"),
        ([None, "out"], "InvalidTableName"),
        (["ratings", None], "InvalidTableName"),
        ([7, "out"], "InvalidTableName"),
        (["other.public.ratings", "out"], "TableRefused"),
        (["ratings", "other.public.out"], "TableRefused"),
        (["information_schema.tables", "out"], "TableRefused"),
        (['"information_schema".tables', "out"], "TableRefused"),
        (["ratings", "snowreel.information_schema.tables"], "TableRefused"),
        (["ratings", "RATINGS"], "SameTable"),
        (["ratings", "snowreel.marts.ratings"], "SameTable"),
        (["ratings", '"ratings"'], "SameTable"),
    ],
)
def test_refused_tables_start_nothing(api, aws, row, code):
    reply = api.post("/train", [[6, *row]])
    assert reply.status == 200
    assert reply.body["data"][0][0] == 6
    error = reply.value["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert aws.calls == []


def test_bare_name_in_another_database_is_refused(api, aws):
    reply = api.post("/train", [[0, *TABLES]], headers=context("OTHER", "PUBLIC"))
    assert reply.value["error"]["code"] == "TableRefused"
    assert aws.calls == []


def test_allowed_schemas_limit_both_tables(api, aws, monkeypatch):
    from functions import settings

    monkeypatch.setenv("SNOWREEL_ALLOWED_SCHEMAS", "marts, raw")
    settings.train_settings.cache_clear()
    for row in (["staging.ratings", "out"], ["raw.ratings", "staging.out"]):
        error = api.post("/train", [[0, *row]]).value["error"]
        assert error["code"] == "TableRefused"
        assert "MARTS, RAW" in error["message"]
    assert aws.calls == []
    assert api.post("/train", [[0, "raw.ratings", "marts.out"]]).status == 202

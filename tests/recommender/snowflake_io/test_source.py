"""Ids as a training reads them: a whole number is one id whatever the column's type and scale."""

import pytest
from recommender.container import Container
from recommender.snowflake_io import features_source, source
from recommender.snowflake_io.connection import connect
from recommender.snowflake_io.table_name import TableName

RATINGS = "snowreel.marts.typed_ratings"
FEATURES = "snowreel.marts.typed_features"


@pytest.fixture
def connection(warehouse, make_job, monkeypatch):
    """The session of a training job."""
    job = make_job()
    for name, value in job.environ.items():
        monkeypatch.setenv(name, value)
    with connect(Container.of(job.environ)) as session:
        yield session
    for table in (RATINGS, FEATURES):
        warehouse.run(f"drop table if exists {table}")


NUMBERS = ["integer", "number(10, 2)", "number(38, 10)", "float", "varchar"]


@pytest.mark.parametrize("kind", NUMBERS)
def test_whole_numbers_are_one_id_in_every_type(warehouse, connection, kind):
    warehouse.load(
        RATINGS, f"user_id {kind}, item_id {kind}, rating float", "(196, 50, 4), (7, 100, 3)"
    )
    warehouse.load(
        FEATURES, "item_id number(8, 3), release_year integer", "(50, 1977), (100, 1996)"
    )
    rows = source.read(connection, TableName.parse(RATINGS), lambda *_: None)
    ratings = rows.ratings({})
    features = features_source.read(
        connection, ratings, items=TableName.parse(FEATURES), users=None
    )
    assert ratings.user_ids.tolist() == ["196", "7"]
    assert ratings.item_ids.tolist() == ["100", "50"]
    assert features.items.years.tolist() == [1996, 1977]


@pytest.mark.parametrize("kind", ["number(10, 2)", "float"])
def test_fractions_are_one_id_in_every_type(warehouse, connection, kind):
    warehouse.load(
        RATINGS, f"user_id {kind}, item_id integer, rating float", "(1.5, 50, 4), (7, 100, 3)"
    )
    rows = source.read(connection, TableName.parse(RATINGS), lambda *_: None)
    assert sorted(rows.table["USER_ID"].to_pylist()) == ["1.5", "7"]


def test_text_keeps_every_character(warehouse, connection):
    warehouse.load(RATINGS, "user_id varchar, item_id varchar, rating float", "('1.0', '2.10', 4)")
    rows = source.read(connection, TableName.parse(RATINGS), lambda *_: None)
    assert (rows.table["USER_ID"].to_pylist(), rows.table["ITEM_ID"].to_pylist()) == (
        ["1.0"],
        ["2.10"],
    )

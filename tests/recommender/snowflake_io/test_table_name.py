import pytest
from recommender.snowflake_io.table_name import TableName, TableNameError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("snowreel.marts.ratings", ("SNOWREEL", "MARTS", "RATINGS")),
        ('"SNOWREEL"."MARTS"."RATINGS"', ("SNOWREEL", "MARTS", "RATINGS")),
        ('db."my schema"."a.b""c"', ("DB", "my schema", 'a.b"c')),
        ("_d1.S$.t", ("_D1", "S$", "T")),
    ],
)
def test_parts_are_resolved_as_snowflake_does(text, parts):
    name = TableName.parse(text)
    assert (name.database, name.schema, name.table) == parts
    assert TableName.parse(name.identifier) == name
    assert TableName.parse(str(name)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ratings",
        "marts.ratings",
        "a.b.c.d",
        "a.b.c; drop table d",
        'a.b."c',
        'a.b."c" where 1=1',
        "a..c",
        "a.b.1c",
        "a.b.c--",
        'a.b.""',
        "a.b.c\n",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(TableNameError, match="not a table name"):
        TableName.parse(text)


def test_a_name_is_shown_without_needless_quotes():
    assert str(TableName.parse('"DB"."S"."my table"')) == 'DB.S."my table"'

"""Texts as Snowflake makes them of other values."""

import pytest


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("to_varchar(to_varchar(196::float))", "196"),
        ("(parse_json('\"a\"')::varchar)::varchar(5)", "a"),
        ("concat(to_varchar(1::float), (2.5::float)::varchar)::varchar", "12.5"),
        ("to_varchar(parse_json('[1, [2, 3]]')[1][0])::varchar", "2"),
        ("upper(current_role()::varchar)::varchar", "ACCOUNTADMIN"),
    ],
)
def test_a_value_prints_the_same_within_another_text(client, expression, text):
    assert client.value(f"select {expression}") == text

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


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("rtrim('12.', '.')", "12"),
        ("rtrim('$125.00', '0.')", "$125"),
        ("ltrim('#000000123', '0#')", "123"),
        ("trim('❄-❄ABC-❄-', '❄-')", "ABC"),
        ("rtrim(12.50, '0')", "12.5"),
        ("rtrim(12.0::float, '0.')", "12"),
        ("ltrim(parse_json('\"xa\"')::varchar, 'x')", "a"),
        ("rtrim(ltrim(rtrim('001.200', '0'), '0'), '2.')", "1"),
        ("rtrim('x.]', '].')", "x"),
        ("rtrim('x.', '')", "x."),
        ("rtrim('x.', null)", None),
        ("rtrim(' x  ')", " x"),
        ("ltrim(' x ')", "x "),
        ("trim(' x ')", "x"),
    ],
)
def test_the_characters_that_are_named_are_trimmed(client, expression, text):
    assert client.value(f"select {expression}") == text
    assert client.value(f"select {expression} as a from values (1) group by a") == text


def test_characters_of_a_column_are_trimmed_and_of_a_bound_value(client):
    client.run("create table t as select column1 as a, column2 as b from values ('1..', '.')")
    assert client.rows("select rtrim(a, b) from t") == [("1",)]
    assert client.rows("select a from t where rtrim(a, %s) = '1'", (".",)) == [("1..",)]
    assert client.run("select rtrim(a, b) from t").description[0].name == "RTRIM(A, B)"
    assert client.run("select ltrim(a) from t").description[0].name == "LTRIM(A)"

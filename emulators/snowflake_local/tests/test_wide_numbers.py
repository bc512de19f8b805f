"""Whole numbers beyond 64 bits, as NUMBER(38, 0) holds them."""

from decimal import Decimal

import pytest
from snowflake.connector.errors import ProgrammingError

WIDE = 12_345_678_901_234_567_891
WIDEST = 10**38 - 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (f"{WIDE}::number(38,0)", WIDE),
        (f"{WIDE}::number", WIDE),
        (f"'{WIDE}'::number(38, 0)", WIDE),
        (f"cast('-{WIDE}' as integer)", -WIDE),
        (f"'{WIDE}.4'::bigint", WIDE),
        (f"{WIDEST}::number(38,0)", WIDEST),
        (f"-{WIDEST}::number(38,0)", -WIDEST),
        (f"parse_json('{WIDE}')::number(38,0)", WIDE),
        (f"try_cast('{WIDE}' as number(38,0))", WIDE),
        ("9223372036854775807::number(38,0) + 1", 2**63),
        ("9223372036854775807::number(38,0) * 10", (2**63 - 1) * 10),
        (f"{WIDE}::number(38,0) % 10", 1),
        (f"coalesce({WIDE}::number(38,0), 0.5)", WIDE),
        (f"iff(false, {WIDE}::number(38,0), 0.5)", Decimal("0.5")),
        (f"sum({WIDE}::number(38,0))", WIDE),
        ("5::number(38,0)", 5),
        ("1.5::number(38,0)", 2),
        ("try_cast('x' as int)", None),
        ("try_cast('7' as int)", 7),
    ],
)
def test_a_cast_holds_thirty_eight_digits(client, expression, value):
    assert client.value(f"select {expression}") == value


def test_as_text_and_as_a_float(client):
    row = client.rows(f"select {WIDE}::number(38,0)::varchar, {WIDE}::number(38,0)::float")[0]
    assert row == (str(WIDE), float(WIDE))


def test_small_numbers_stay_what_functions_take(client):
    taken = "substr('abc', '2'::int, 1), array_construct('a', 'b')[1::number]"
    assert client.rows(f"select {taken}") == [("b", "b")]
    assert client.value("select try_cast('2' as int) + 1") == 3


def test_a_table_of_a_query_has_numbers(client):
    client.run(f"create table t as select {WIDE}::number(38,0) as a, 1 as b")
    assert client.rows("select a, b from t") == [(WIDE, 1)]
    assert [row["type"] for row in client.records("describe table t")] == ["NUMBER(38,0)"] * 2
    client.run(f"insert into t select '{WIDE}'::number(38,0), 2")
    assert client.value("select count(distinct a) from t") == 1
    kinds = "select data_type, numeric_precision, numeric_scale from information_schema.columns"
    schema = client.value("select current_schema()")
    assert set(client.rows(f"{kinds} where table_schema = '{schema}'")) == {("NUMBER", 38, 0)}


@pytest.mark.parametrize(
    "statement",
    [
        f"insert into t values ({WIDE})",
        f"insert into t select {WIDE}::number(38,0)",
        "insert into t select a * 10 from t",
    ],
)
def test_a_column_has_64_bits_and_says_so(client, statement):
    client.run("create table t (a number(38,0))")
    client.run(f"insert into t values ({2**63 - 1})")
    with pytest.raises(ProgrammingError, match="Number out of representable range") as raised:
        client.run(statement)
    assert (raised.value.errno, raised.value.sqlstate) == (100039, "22003")
    assert client.rows("select a from t") == [(2**63 - 1,)]


def test_what_is_no_number_is_none_however_long(client):
    with pytest.raises(ProgrammingError, match=r"Numeric value '.*' is not recognized"):
        client.run("select '12345678901234567890x'::number(38,0)")
    with pytest.raises(ProgrammingError):
        client.run(f"select '{10**40}'::number(38,0)")


def test_a_remote_service_is_not_called_twice_for_want_of_bits(client, remote):
    client.create_function("f(a varchar) returns varchar")
    remote.value = lambda arguments: str(WIDE)
    with pytest.raises(ProgrammingError):
        client.run("select f('x')::number(38,0)")
    assert len(remote.received) == 1


def test_a_transaction_is_given_up_with_the_sentence(client):
    client.run("create table t (a int)")
    client.run("begin")
    with pytest.raises(ProgrammingError, match="Number out of representable range"):
        client.run(f"select {WIDE}::number(38,0)")
    client.run("rollback")
    assert client.value(f"select {WIDE}::number(38,0)") == WIDE

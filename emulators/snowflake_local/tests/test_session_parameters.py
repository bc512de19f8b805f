"""Session parameters have their effect or are refused by name; none is swallowed."""

import time

import pytest
from snowflake.connector.errors import DatabaseError, ProgrammingError


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("timezone = 'America/New_York'", "TIMEZONE cannot be 'America/New_York'.* is UTC"),
        ("query_tag = 'x', timezone = 'Europe/Berlin'", "TIMEZONE cannot be 'Europe/Berlin'"),
        ("week_start = 1", "WEEK_START is not emulated"),
        ("date_output_format = 'DD.MM.YYYY'", "DATE_OUTPUT_FORMAT is not emulated"),
        ("autocommit = false, timezone = 'Europe/Berlin'", "AUTOCOMMIT .* statement of its own"),
        ("autocommit = perhaps", "AUTOCOMMIT to TRUE or FALSE"),
        ("statement_timeout_in_seconds = soon", "Invalid value 'SOON'"),
        ("statement_timeout_in_seconds = 9999999", "604800 at most"),
    ],
)
def test_a_parameter_without_its_effect_is_refused_by_name(client, assignment, said):
    with pytest.raises(ProgrammingError, match=said):
        client.run(f"alter session set {assignment}")


@pytest.mark.parametrize("value", ["UTC", "Etc/UTC"])
def test_the_time_zone_is_utc_and_may_be_set_to_it(client, value):
    client.run(f"alter session set timezone = '{value}'")
    (row,) = client.records("show parameters like 'timezone'")
    assert row["value"] == "Etc/UTC"
    client.run("alter session unset timezone")


def test_a_query_tag_is_taken_and_read_by_nothing(client):
    client.run("alter session set query_tag = 'nightly'")
    client.run("alter session unset query_tag")


def test_an_unknown_parameter_cannot_be_unset(client):
    with pytest.raises(ProgrammingError, match="WEEK_START is not emulated"):
        client.run("alter session unset week_start")


def test_autocommit_set_to_false_leaves_changes_to_the_transaction(client):
    client.run("create table t (a int)")
    client.run("alter session set autocommit = false")
    client.run("insert into t values (1)")
    client.run("rollback")
    assert client.value("select count(*) from t") == 0


def test_a_statement_that_waits_for_a_service_ends_at_the_timeout(client, remote):
    client.create_function("f(a varchar) returns variant")
    for _ in range(500):
        remote.then(202)
    client.run("alter session set statement_timeout_in_seconds = 1")
    started = time.monotonic()
    with pytest.raises(ProgrammingError, match=r"timeout of 1 second\(s\)") as failure:
        client.run("select f('1')")
    assert failure.value.errno == 630
    assert time.monotonic() - started < 15


def test_a_statement_that_computes_ends_at_the_timeout(client):
    client.run("alter session set statement_timeout_in_seconds = 1")
    rows = "table(generator(rowcount => 1000000))"
    with pytest.raises(ProgrammingError, match=r"timeout of 1 second\(s\)"):
        client.run(f"select count(*) from {rows} a, {rows} b where random() < 0.5")
    client.run("alter session unset statement_timeout_in_seconds")
    assert client.value("select 1") == 1


def test_parameters_of_a_sign_in_count_as_those_of_alter_session(server):
    with pytest.raises(DatabaseError, match="TIMEZONE cannot be 'America/New_York'"):
        server.connect(session_parameters={"TIMEZONE": "America/New_York"})
    server.connect(session_parameters={"QUERY_TAG": "x", "CLIENT_TELEMETRY_ENABLED": False})

"""External functions over the wire: requests and answers."""

import base64
import hashlib
import json
import threading
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from loopback.sigv4 import SignedRequest, Verifier
from snowflake.connector.errors import ProgrammingError

API = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"


def test_every_header_of_the_protocol_is_sent(server, client, remote):
    client.create_function("f(user_id varchar, n int) returns float")
    remote.value = lambda arguments: 3.5
    cursor = client.run("select f('1', 2)")
    assert cursor.fetchall() == [(3.5,)]
    (request,) = remote.received
    headers = request.headers
    assert (request.method, request.path) == ("POST", "/v1/f")
    assert headers["sf-external-function-format"] == "json"
    assert headers["sf-external-function-format-version"] == "1.0"
    assert headers["sf-external-function-current-query-id"] == cursor.sfqid
    assert headers["sf-external-function-name"] == "F"
    assert headers["sf-external-function-signature"] == "(USER_ID VARCHAR, N NUMBER)"
    assert headers["sf-external-function-return-type"] == "FLOAT"
    for name in ("name", "signature", "return-type"):
        twin = headers[f"sf-external-function-{name}-base64"]
        assert base64.b64decode(twin).decode() == headers[f"sf-external-function-{name}"]
    assert headers["content-type"] == "application/json"
    assert headers["content-encoding"] == headers["accept-encoding"] == "gzip"
    assert headers["user-agent"].startswith("snowflake/")
    assert request.rows == [[0, "1", 2]]


def test_requests_are_signed_by_the_role_of_the_integration(client, remote, role_giver):
    client.create_function("f(a varchar) returns variant", "headers = ('note' = 'a  b')")
    client.run("select f('1')")
    (request,) = remote.received
    parts = urlsplit(request.path)
    signed = SignedRequest(
        method=request.method,
        path=parts.path,
        query=parts.query,
        headers=request.headers,
        body=request.body,
    )
    verifier = Verifier({"caller": role_giver.key}, "execute-api", "us-east-1")
    assert verifier.principal(signed, datetime.now(UTC)) == "caller"
    assert request.headers["x-amz-security-token"] == "session"
    assert request.headers["x-amz-content-sha256"] == hashlib.sha256(request.body).hexdigest()


def test_context_and_custom_headers(client, remote):
    client.create_function(
        "f(a varchar) returns variant",
        "headers = ('volume-measure' = 'litres') context_headers = (current_database, "
        "current_schema, current_user, current_statement)",
    )
    schema = client.value("select current_schema()")
    client.run("select f('é') -- naïve")
    headers = remote.received[0].headers
    assert headers["sf-custom-volume-measure"] == "litres"
    assert headers["sf-context-current-database"] == "FILMS"
    assert headers["sf-context-current-schema"] == schema
    assert headers["sf-context-current-user"] == "ANALYST"
    assert headers["sf-context-current-statement"] == "select f(' ') -- na ve"
    twin = headers["sf-context-current-statement-base64"]
    assert base64.b64decode(twin).decode() == "select f('é') -- naïve"


@pytest.mark.parametrize(
    ("compression", "encoding"),
    [("none", None), ("gzip", "gzip"), ("auto", "gzip"), ("deflate", "deflate")],
)
def test_compression(client, remote, compression, encoding):
    client.create_function("f(a varchar) returns variant", f"compression = {compression}")
    remote.then(body={"data": [[0, 1]]})
    assert client.value("select f('x')") == "1"
    assert remote.received[0].headers.get("content-encoding") == encoding


def test_two_sessions_in_different_schemas_at_once(server, client, remote):
    client.create_function("f(a varchar) returns variant", "context_headers = (current_schema)")
    home = client.value("select current_schema()")
    both = threading.Barrier(2, timeout=10)
    remote.before = lambda _: both.wait()
    others = [server.connect(user=name) for name in ("one", "two")]
    for name, other in zip(("one", "two"), others, strict=True):
        other.run(f"create or replace table films.{home}.t_{name} (a int)")
        other.run(f"create schema if not exists films.{home}_{name}")
    threads = [
        threading.Thread(target=other.run, args=(f"select films.{home}.f('x')",))
        for other in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    seen = {request.headers["sf-context-current-schema"] for request in remote.received}
    assert seen == {f"{home}_ONE", f"{home}_TWO"}


def test_functions_are_found_by_current_schema_or_qualified_name(client, remote):
    client.create_function("f(a varchar) returns variant")
    home = client.value("select current_schema()")
    assert client.value(f"select films.{home}.f('1')") == '["1"]'
    assert client.value(f"select {home.lower()}.F('1')") == '["1"]'
    client.run(f"create schema {home}_other")
    with pytest.raises(ProgrammingError, match="Unknown function F"):
        client.run("select f('1')")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("196", "196"),
        ("196::float", "196"),
        ("2.5::float", "2.5"),
        ("0.1::float + 0.2::float", "0.3"),
        ("1e20::float", "1e+20"),
        ("1.50", "1.50"),
        ("12345678901234567890", "12345678901234567890"),
        ("true", "true"),
        ("parse_json('\"a\"')", "a"),
        ("to_date('2026-01-02')", "2026-01-02"),
        ("'2026-01-02 03:04:05'::timestamp_ntz", "2026-01-02 03:04:05.000"),
        ("'naïve \"quoted\"\\n'", 'naïve "quoted"\n'),
        ("null", None),
    ],
)
def test_varchar_arguments_are_cast_as_snowflake_prints(client, remote, expression, text):
    client.create_function("f(a varchar) returns variant")
    client.run(f"select f({expression})")
    assert remote.received[0].rows == [[0, text]]
    assert client.value(f"select to_varchar({expression})") == text


def test_other_argument_types(client, remote):
    client.create_function(
        "f(n number(10, 2), x float, b boolean, o object, l array, v variant, t timestamp_ntz) "
        "returns variant"
    )
    client.run(
        "select f(1.239, 2, true, object_construct('n_factors', 50), array_construct(1, 2), 'text',"
        " '2026-01-02 03:04:05'::timestamp_ntz)"
    )
    assert remote.received[0].rows == [
        [0, 1.24, 2.0, True, {"n_factors": 50}, [1, 2], "text", "2026-01-02 03:04:05.000"]
    ]


def test_big_integers_keep_every_digit(client, remote):
    client.create_function("f(n number) returns variant")
    client.run("select f(12345678901234567890123456789012345678)")
    assert b"12345678901234567890123456789012345678" in json.dumps(remote.received[0].rows).encode()


def test_functions_without_arguments_get_their_row_count(client, remote):
    client.create_function("f() returns variant")
    remote.value = len
    assert client.rows("select f() from table(generator(rowcount => 3))") == [("0",)] * 3
    assert remote.received[0].rows == [[0], [1], [2]]


def test_no_rows_means_no_call(client, remote):
    client.create_function("f(a varchar) returns variant")
    client.run("create table t (a varchar)")
    assert client.rows("select f(a) from t") == []
    assert remote.received == []


def test_wrong_arguments(client):
    client.create_function("f(a varchar) returns variant")
    with pytest.raises(ProgrammingError, match="Invalid argument types for function 'F'"):
        client.run("select f('1', '2')")


def test_results(client, remote):
    client.create_function("v(a varchar) returns variant")
    remote.value = lambda arguments: {"status": "Completed", "n": [1, {"k": None}]}
    assert json.loads(client.value("select v('1')")) == {
        "status": "Completed",
        "n": [1, {"k": None}],
    }
    assert client.value("select v('1'):status::string") == "Completed"
    assert client.value("select v('1'):n[0]::int") == 1
    assert len(remote.received) == 3
    remote.value = lambda arguments: None
    assert client.value("select v('1')") is None


def test_one_call_serves_every_use_of_its_result(client, remote):
    client.create_function("v(a varchar) returns variant")
    remote.value = lambda arguments: {"a": 1, "b": "x"}
    rows = client.rows(
        "with r as (select v('1') as answer) select answer:a::int, answer:b::varchar, "
        "answer::varchar from r"
    )
    assert rows[0][:2] == (1, "x")
    assert len(remote.received) == 1


@pytest.mark.parametrize(("value", "result"), [(4, 4.0), ("3.5", 3.5), (None, None)])
def test_float_results(client, remote, value, result):
    client.create_function("f(a varchar) returns float")
    remote.value = lambda arguments: value
    assert client.value("select f('1')") == result


@pytest.mark.parametrize("value", ["abc", {"error": 1}, True, []])
def test_float_results_that_are_no_numbers(client, remote, value):
    client.create_function("f(a varchar) returns float")
    remote.value = lambda arguments: value
    with pytest.raises(ProgrammingError, match=r"Failed to cast variant value .* to REAL"):
        client.run("select f('1')")


def test_strict_functions_are_not_called_for_null(client, remote):
    client.create_function("f(a varchar, b varchar) returns variant", "strict")
    rows = client.rows("select f(column1, column2) from values ('1', 'x'), (null, 'y'), ('3', 'z')")
    assert rows == [('["1","x"]',), (None,), ('["3","z"]',)]
    assert remote.received[0].rows == [[0, "1", "x"], [1, "3", "z"]]


def test_not_null_functions_may_not_return_null(client, remote):
    client.create_function("f(a varchar) returns variant not null")
    remote.value = lambda arguments: None
    with pytest.raises(ProgrammingError, match="NOT NULL"):
        client.run("select f('1')")


def test_batches_are_no_larger_than_declared(client, remote):
    client.create_function("f(a varchar) returns variant", "max_batch_rows = 3")
    remote.value = lambda arguments: arguments[0]
    client.run("create table t as select seq4() as n from table(generator(rowcount => 10))")
    rows = client.rows("select n, f(n)::int from t")
    assert [(n, n) for n in range(10)] == sorted(rows)
    sizes = sorted(len(request.rows) for request in remote.received)
    assert sizes == [1, 3, 3, 3]
    assert len({request.batch_id for request in remote.received}) == 4
    assert all([row[0] for row in r.rows] == list(range(len(r.rows))) for r in remote.received)


def test_100_000_rows_come_back_in_order(client, remote):
    client.create_function("f(m varchar, u varchar) returns float", "max_batch_rows = 10000")
    remote.value = lambda arguments: float(arguments[1])
    client.run("create table t as select seq4() as n from table(generator(rowcount => 100000))")
    rows = client.rows("select n, f('m', n) from t")
    assert rows == [(n, float(n)) for n in range(100000)]
    assert max(len(request.rows) for request in remote.received) <= 10000


def test_functions_work_in_views_and_tables_made_of_queries(client, remote):
    client.create_function("f(a varchar) returns variant")
    client.run("create view w as select f('view') as answer")
    client.run("create table t as select f('table') as answer")
    client.run("insert into t select f('insert')")
    assert client.value("select answer from w") == '["view"]'
    assert client.rows("select answer from t") == [('["table"]',), ('["insert"]',)]
    ids = {request.headers["sf-external-function-current-query-id"] for request in remote.received}
    assert len(ids) == 3


def test_addresses_elsewhere_are_refused(client):
    with pytest.raises(ProgrammingError, match="does not allow the URL"):
        client.create_function("f(a varchar) returns variant", url="https://example.com/f")
    client.run(
        "create or replace api integration wide api_provider = aws_api_gateway enabled = true "
        "api_aws_role_arn = 'r' api_allowed_prefixes = ('https://', 'http://')"
    )
    with pytest.raises(ProgrammingError, match="calls this machine only"):
        client.run(
            "create external function f(a varchar) returns variant api_integration = wide "
            "as 'https://example.com/f'"
        )


def test_loopback_addresses_are_called_as_they_are(client, remote):
    client.run(
        "create or replace api integration near api_provider = aws_api_gateway enabled = true "
        "api_aws_role_arn = 'arn:aws:iam::123456789012:role/caller' "
        f"api_allowed_prefixes = ('http://localhost:{remote.port}/')"
    )
    client.run(
        "create external function f(a varchar) returns variant api_integration = near "
        f"as 'http://localhost:{remote.port}/any/path'"
    )
    assert client.value("select f('1')") == '["1"]'
    assert remote.received[0].path == "/any/path"
    assert API not in remote.received[0].path

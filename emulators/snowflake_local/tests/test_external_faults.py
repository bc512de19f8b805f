"""Every fault of a remote service, and its end."""

import base64
import hashlib
import json
import time

import pytest
from snowflake.connector.errors import ProgrammingError
from snowflake_local.model.errors import SqlError
from snowflake_local.objects.assumed_roles import AssumedRoles
from snowflake_local.objects.remote_service import RetryPolicy


def test_429_5xx_and_network_errors_are_sent_again_under_the_same_batch_id(client, remote):
    client.create_function("f(a varchar) returns variant")
    remote.then(429).then(503).then_disconnect().then(body={"data": [[0, 7]]})
    assert client.value("select f('1')") == "7"
    assert [request.method for request in remote.received] == ["POST"] * 4
    assert len({request.batch_id for request in remote.received}) == 1
    assert len({request.body for request in remote.received}) == 1


REFUSED = (
    "SQL execution error: Error assuming AWS_ROLE. Please verify the role and externalId are "
    "configured correctly in your AWS policy."
)


def refused(client, remote):
    with pytest.raises(ProgrammingError) as raised:
        client.run("select f('1')")
    assert REFUSED in str(raised.value)
    assert raised.value.errno == 3167
    assert not remote.received


def test_a_role_that_does_not_trust_snowflake_is_not_assumed(client, remote):
    client.create_function("f(a varchar) returns variant")
    trusted, other = (f"arn:aws:iam::123456789012:role/{name}" for name in ("caller", "other"))
    client.run(f"alter api integration api set api_aws_role_arn = '{other}'")
    try:
        refused(client, remote)
    finally:
        client.run(f"alter api integration api set api_aws_role_arn = '{trusted}'")
    assert client.value("select f('1')") == '["1"]'


def test_a_role_is_assumed_with_the_external_id_of_its_integration(
    tmp_path, remote, serving, role_giver
):
    """A replaced integration has another id, which the role's trust policy does not name yet."""
    with serving(tmp_path, remote) as server:
        client = server.connect()
        client.run("create schema s")
        client.create_function("f(a varchar) returns variant")
        role_giver.trusted_id = external_id(client)
        role_giver.asked.clear()
        try:
            assert client.rows("select f('1'), f('2')")
            (asked,) = role_giver.asked
            assert asked["Action"] == "AssumeRole"
            assert asked["ExternalId"] == role_giver.trusted_id
            remote.reset()
            replace_integration(client)
            assert external_id(client) != role_giver.trusted_id
            refused(client, remote)
            role_giver.trusted_id = external_id(client)
            assert client.value("select f('1')") == '["1"]'
        finally:
            role_giver.trusted_id = None


def external_id(client):
    rows = client.rows("describe integration api")
    return {row[0]: row[2] for row in rows}["API_AWS_EXTERNAL_ID"]


def replace_integration(client):
    client.run(
        "create or replace api integration api api_provider = aws_api_gateway "
        "api_aws_role_arn = 'arn:aws:iam::123456789012:role/caller' enabled = true "
        "api_allowed_prefixes = ('https://abc123.execute-api.us-east-1.amazonaws.com/v1/')"
    )


def test_without_sts_the_sentence_says_what_is_missing(tmp_path, unserved):
    roles = AssumedRoles(unserved(tmp_path))
    with pytest.raises(SqlError, match=r"STS at http://localhost:9 cannot be reached"):
        roles.credentials({"API_AWS_ROLE_ARN": "role", "API_AWS_EXTERNAL_ID": "id"})


def test_202_is_polled_with_the_same_headers_and_no_body(client, remote):
    client.create_function("f(a varchar) returns variant", "context_headers = (current_user)")
    remote.then(202).then(202).then(500).then(429).then(body={"data": [[0, 7]]})
    assert client.value("select f('1')") == "7"
    first, *polls = remote.received
    assert [request.method for request in polls] == ["GET"] * 4
    own = {name: value for name, value in first.headers.items() if name.startswith("sf-")}
    for poll in polls:
        assert {n: v for n, v in poll.headers.items() if n.startswith("sf-")} == own
        assert poll.body == b""
        assert "content-encoding" not in poll.headers


def test_faults_that_last_fail_the_query_in_the_services_words(client, remote):
    client.create_function("f(a varchar) returns variant")
    for _ in range(200):
        remote.then(503, "down for maintenance")
    with pytest.raises(ProgrammingError, match="503 'down for maintenance'"):
        client.run("select f('1')")
    assert len(remote.received) > 3


def test_429_is_waited_for_longer_than_faults(client, remote):
    client.create_function("f(a varchar) returns variant")
    started = time.monotonic()
    for _ in range(20):
        remote.then(429, "still creating")
    assert client.value("select f('1')") == '["1"]'
    assert time.monotonic() - started > 0.5  # the total that the fixture grants to faults


@pytest.mark.parametrize(("status", "said"), [(202, "longer than 1 seconds"), (429, "429 'busy'")])
def test_nothing_is_waited_for_longer_than_the_limit(tmp_path, serving, remote, status, said):
    retry_policy = RetryPolicy(first_delay=0.02, longest_delay=0.05, faults=0.2, total=1.0)
    with serving(tmp_path, remote, retry_policy=retry_policy) as server:
        client = server.connect()
        client.run("create schema s")
        client.create_function("slow(a varchar) returns variant")
        for _ in range(500):
            remote.then(status, "busy")
        with pytest.raises(ProgrammingError, match=f"external function SLOW .*{said}"):
            client.run("select slow('1')")


def test_the_limit_is_ten_minutes_unless_a_test_says_otherwise():
    assert RetryPolicy().total == 600.0


def test_other_statuses_fail_at_once_with_the_body(client, remote):
    client.create_function("f(a varchar) returns variant")
    remote.then(400, '{"error":{"message":"no model"}}')
    with pytest.raises(ProgrammingError) as failure:
        client.run("select f('1')")
    assert failure.value.errno == 100351
    assert failure.value.raw_msg == (
        "Request failed for external function F with remote service error: "
        '400 \'{"error":{"message":"no model"}}\''
    )
    assert len(remote.received) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("oops", "Error parsing JSON: Invalid response"),
        ({"rows": []}, 'must contain a "data" JSON array'),
        ({"data": [[0, 1], [1, 2]]}, "wrong number of rows"),
        ({"data": []}, "wrong number of rows"),
        ({"data": [[1, 1]]}, "Row numbers out of order"),
        ({"data": [[0, 1, 2]]}, r"not \[row_number, value\]"),
    ],
)
def test_answers_that_break_the_protocol(client, remote, body, said):
    client.create_function("f(a varchar) returns variant")
    remote.then(body=body)
    with pytest.raises(ProgrammingError, match=said):
        client.run("select f('1')")


def test_content_md5_is_checked(client, remote):
    client.create_function("f(a varchar) returns variant")
    body = json.dumps({"data": [[0, 1]]})
    digest = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
    remote.then(body=body, content_md5=digest).then(body=body, content_md5="AAAA")
    assert client.value("select f('1')") == "1"
    with pytest.raises(ProgrammingError, match="Content-MD5"):
        client.run("select f('1')")


def test_a_failed_batch_fails_the_query_and_leaves_the_session_usable(client, remote):
    client.create_function("f(a varchar) returns variant", "max_batch_rows = 1")
    remote.then(400, "no")
    with pytest.raises(ProgrammingError, match="400 'no'"):
        client.run("select f(column1) from values (1), (2), (3)")
    assert client.value("select f('1')") == '["1"]'

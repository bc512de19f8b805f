"""Snowflake's side of the batch protocol: what is sent, and what is said of a wrong response."""

import gzip
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snowflake_local.model import batch_protocol as protocol
from snowflake_local.model.batch_protocol import BatchRow, Call, ResponseError


def test_numbers_are_sent_with_all_their_digits() -> None:
    exact = Decimal("12345678901234567890.12345678901234567")
    body = protocol.encode_request([BatchRow(0, ({"deep": [exact]},))])
    assert b"12345678901234567890.12345678901234567" in body


def test_a_compressed_body_is_gzip_and_the_same_each_time() -> None:
    body = protocol.encode_request([BatchRow(0, ("a", None))])
    assert gzip.decompress(protocol.compress(body)) == body
    assert protocol.compress(body) == protocol.compress(body)


def test_a_sequence_that_no_header_may_hold_is_one_space() -> None:
    """https://docs.snowflake.com/en/sql-reference/external-functions-general says so."""
    call = Call(
        query_id="q",
        batch_id="b",
        function_name="F",
        signature="()",
        return_type="VARIANT",
        context={"CURRENT_STATEMENT": "select\n\t'caf\u00e9\u00e9'"},
        custom={"note": "a\u00e9\u00e9b"},
    )
    headers = call.headers()
    assert headers["sf-context-current-statement"] == "select 'caf '"
    assert headers["sf-custom-note"] == "a b"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<html>", "Error parsing JSON: Invalid response"),
        ("[" * 100_000, "nested too deeply"),
        ('{"data": [[0, NaN], [1, 1]]}', "NaN is no JSON number"),
        ('{"rows": []}', 'top-level JSON object must contain a "data" JSON array element'),
        ('{"data": [[0, 1]]}', "Function received the wrong number of rows"),
        ('{"data": [[1, 1], [0, 1]]}', "Row numbers out of order"),
        ('{"data": [[false, 1], [1, 1]]}', "Row numbers out of order"),
        ('{"data": [[0, 1], [1, 1, 1]]}', "not \\[row_number, value\\]"),
    ],
)
def test_responses_are_checked_as_snowflake_does(body: str, fault: str) -> None:
    with pytest.raises(ResponseError, match=fault):
        protocol.decode_response(body, [BatchRow(0, ()), BatchRow(1, ())])


@given(st.text(max_size=30), st.text(max_size=30))
def test_headers_hold_printable_ascii_only(name: str, schema: str) -> None:
    headers = Call(
        query_id="q",
        batch_id="b",
        function_name=name,
        signature="(A VARCHAR)",
        return_type="FLOAT",
        context={"CURRENT_SCHEMA": schema},
        custom={"team": "films"},
    ).headers()
    assert all(" " <= char <= "~" for value in headers.values() for char in value)
    assert headers["sf-custom-team"] == "films"
    assert headers["sf-external-function-query-batch-id"] == "b"


def test_snowflake_retries_429_and_5xx_only() -> None:
    assert not any(protocol.is_retried(status) for status in (200, 202, 400, 403, 404, 413))
    assert all(protocol.is_retried(status) for status in (429, 500, 502, 504))


def test_values_are_decoded_in_order() -> None:
    body = json.dumps({"data": [[0, {"a": 1}], [1, None]]})
    assert protocol.decode_response(body, [BatchRow(0, ()), BatchRow(1, ())]) == [{"a": 1}, None]

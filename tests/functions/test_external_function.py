"""The batch protocol: properties of the wire format, both directions, and its faults."""

import gzip
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions import external_function as protocol
from functions.external_function import BatchError, BatchTooLargeError, Call, Row

numbers = st.integers(min_value=-(2**70), max_value=2**70)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3)
scalars = (
    st.none() | st.booleans() | st.integers(-(10**38), 10**38) | decimals | st.text(max_size=20)
)
arguments = scalars | st.dictionaries(st.text(max_size=5), scalars, max_size=3)
rows = st.builds(Row, numbers, st.lists(arguments, max_size=3).map(tuple))


@given(st.lists(rows, max_size=60))
def test_request_keeps_every_row_number_and_argument(batch: list[Row]) -> None:
    decoded = protocol.decode_request(protocol.encode_request(batch))
    assert decoded == batch
    assert [list(map(type, row.arguments)) for row in decoded] == [
        list(map(type, row.arguments)) for row in batch
    ]


@given(st.lists(st.tuples(numbers, st.none() | st.integers() | st.text()), max_size=60))
def test_response_keeps_count_numbers_and_order(pairs: list[tuple[int, Any]]) -> None:
    batch = [Row(number, ()) for number, _ in pairs]
    body = protocol.encode_response(batch, [value for _, value in pairs])
    assert json.loads(body)["data"] == [list(pair) for pair in pairs]
    assert protocol.decode_response(body, batch) == [value for _, value in pairs]


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 5000))
def test_batches_of_any_size_survive_compression(count: int) -> None:
    batch = [Row(n, (str(n), None)) for n in range(count)]
    assert protocol.decode_request(protocol.compress(protocol.encode_request(batch))) == batch


def test_numbers_are_exact() -> None:
    (row,) = protocol.decode_request(
        '{"data": [[0, 12345678901234567890123456789012345678, 0.10]]}'
    )
    assert row.arguments == (12345678901234567890123456789012345678, Decimal("0.10"))
    assert b"12345678901234567890.12345678901234567" in protocol.encode_request(
        [Row(0, ({"deep": [Decimal("12345678901234567890.12345678901234567")]},))]
    )


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "not JSON"),
        ("nonsense", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"data": [[0, NaN]]}', "NaN is no JSON number"),
        ("[]", '"data" JSON array'),
        ("{}", '"data" JSON array'),
        ('{"data": {}}', '"data" JSON array'),
        ('{"data": [[0, 1], 7]}', "Row 1"),
        ('{"data": [[0, 1], []]}', "Row 1"),
        ('{"data": [["0", 1]]}', "Row 0"),
        ('{"data": [[true, 1]]}', "Row 0"),
        ('{"data": [[0.5, 1]]}', "Row 0"),
        (b"\xff\xfe{}", "not JSON"),
        (gzip.compress(b'{"data": []}')[:-9], "damaged"),
        (b"\x1f\x8bnonsense", "damaged"),
    ],
)
def test_malformed_requests_name_the_fault(body: str | bytes, fault: str) -> None:
    with pytest.raises(BatchError, match=fault):
        protocol.decode_request(body)


def test_bomb_is_not_expanded() -> None:
    with pytest.raises(BatchTooLargeError):
        protocol.decode_request(gzip.compress(b" " * (protocol.MAX_BODY_BYTES + 1)))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<html>", "Error parsing JSON: Invalid response"),
        ('{"rows": []}', 'top-level JSON object must contain a "data" JSON array element'),
        ('{"data": [[0, 1]]}', "Function received the wrong number of rows"),
        ('{"data": [[1, 1], [0, 1]]}', "Row numbers out of order"),
        ('{"data": [[false, 1], [1, 1]]}', "Row numbers out of order"),
        ('{"data": [[0, 1], [1, 1, 1]]}', "not \\[row_number, value\\]"),
    ],
)
def test_responses_are_checked_as_snowflake_does(body: str, fault: str) -> None:
    with pytest.raises(BatchError, match=fault):
        protocol.decode_response(body, [Row(0, ()), Row(1, ())])


def test_values_without_json_form_are_refused() -> None:
    for value in (float("nan"), Decimal("Infinity")):
        with pytest.raises(ValueError, match=r"JSON"):
            protocol.encode_response([Row(0, ())], [value])
    with pytest.raises(ValueError, match="shorter"):
        protocol.encode_response([Row(0, ()), Row(1, ())], [1])


@given(st.text(max_size=30), st.text(max_size=30))
def test_headers_carry_true_values_beside_blanked_ones(name: str, schema: str) -> None:
    call = Call(
        query_id="q",
        batch_id="b",
        function_name=name,
        signature="(A VARCHAR)",
        return_type="FLOAT",
        context={"CURRENT_SCHEMA": schema},
        custom={"team": "films"},
    )
    headers = call.headers()
    assert all(" " <= char <= "~" for value in headers.values() for char in value)
    mixed = {key.title(): value for key, value in headers.items()}
    assert protocol.context_value(mixed, protocol.NAME_HEADER) == name
    assert protocol.context_value(mixed, "sf-context-current-schema") == schema
    assert headers["sf-custom-team"] == "films"
    assert headers["sf-external-function-query-batch-id"] == "b"


def test_damaged_base64_twin_is_refused() -> None:
    with pytest.raises(BatchError, match="base64"):
        protocol.context_value(
            {"sf-context-current-schema-base64": "%"}, "sf-context-current-schema"
        )


def test_snowflake_retries_429_and_5xx_only() -> None:
    assert not any(protocol.is_retried(status) for status in (200, 202, 400, 403, 404, 413))
    assert all(protocol.is_retried(status) for status in (429, 500, 502, 504))

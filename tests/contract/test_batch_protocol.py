"""Snowflake's half of the batch protocol and the Lambda functions' half, held together."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snowflake_local.model import batch_protocol as snowflake
from snowflake_local.model.batch_protocol import BatchRow, Call

from functions import external_function as service

numbers = st.integers(min_value=-(2**70), max_value=2**70)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3)
scalars = (
    st.none() | st.booleans() | st.integers(-(10**38), 10**38) | decimals | st.text(max_size=20)
)
arguments = scalars | st.dictionaries(st.text(max_size=5), scalars, max_size=3)
rows = st.builds(BatchRow, numbers, st.lists(arguments, max_size=3).map(tuple))


@given(st.lists(rows, max_size=60))
def test_request_keeps_every_row_number_and_argument(batch: list[BatchRow]) -> None:
    decoded = service.decode_request(snowflake.encode_request(batch))
    assert [tuple(row) for row in decoded] == [tuple(row) for row in batch]
    assert [list(map(type, row.arguments)) for row in decoded] == [
        list(map(type, row.arguments)) for row in batch
    ]


@given(st.lists(st.tuples(numbers, st.none() | st.integers() | st.text()), max_size=60))
def test_response_keeps_count_numbers_and_order(pairs: list[tuple[int, Any]]) -> None:
    body = service.encode_response(
        [service.Row(number, ()) for number, _ in pairs], [value for _, value in pairs]
    )
    sent = [BatchRow(number, ()) for number, _ in pairs]
    assert snowflake.decode_response(body, sent) == [value for _, value in pairs]


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 5000))
def test_batches_of_any_size_survive_compression(count: int) -> None:
    batch = [BatchRow(n, (str(n), None)) for n in range(count)]
    body = snowflake.compress(snowflake.encode_request(batch))
    decoded = service.decode_request(body)
    assert [tuple(row) for row in decoded] == [tuple(row) for row in batch]


def test_both_sides_write_decimals_with_all_their_digits() -> None:
    document = {"deep": [Decimal("12345678901234567890.12345678901234567"), None, "é"]}
    assert snowflake.encode_json(document) == service.encode_json(document)


@given(st.text(max_size=30), st.text(max_size=30))
def test_headers_carry_true_values_beside_blanked_ones(name: str, schema: str) -> None:
    headers = call(function_name=name, context={"CURRENT_SCHEMA": schema}).headers()
    mixed = {key.title(): value for key, value in headers.items()}
    assert service.context_value(mixed, "sf-external-function-name") == name
    assert service.context_value(mixed, f"{service.CONTEXT_PREFIX}current-schema") == schema


@pytest.mark.parametrize(
    ("header", "value"),
    [(service.QUERY_ID_HEADER, "a query"), (service.BATCH_ID_HEADER, "a batch")],
)
def test_ids_are_sent_under_the_names_that_are_read(header: str, value: str) -> None:
    assert call().headers()[header] == value


@pytest.mark.parametrize("name", ["DONE", "STILL_RUNNING", "MAX_BODY_BYTES"])
def test_statuses_and_limits_are_the_same_on_both_sides(name: str) -> None:
    assert getattr(snowflake, name) == getattr(service, name)


def call(**options: Any) -> Call:
    described = {"function_name": "F", "signature": "(A VARCHAR)", "return_type": "FLOAT"}
    return Call(query_id="a query", batch_id="a batch", **(described | options))

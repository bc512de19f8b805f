"""The remote service's side of the batch protocol: exact numbers, faults by name."""

import gzip
import json
from decimal import Decimal

import pytest

from functions import external_function as protocol
from functions.external_function import BatchError, BatchTooLargeError, Row


def test_numbers_are_exact() -> None:
    (row,) = protocol.decode_request(
        '{"data": [[0, 12345678901234567890123456789012345678, 0.10]]}'
    )
    assert row.arguments == (12345678901234567890123456789012345678, Decimal("0.10"))
    exact = Decimal("12345678901234567890.12345678901234567")
    assert "12345678901234567890.12345678901234567" in protocol.encode_response(
        [Row(0, ())], [{"deep": [exact]}]
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
        (gzip.compress(b'{"data": []}', mtime=0)[:-9], "damaged"),
        (b"\x1f\x8bnonsense", "damaged"),
    ],
)
def test_malformed_requests_name_the_fault(body: str | bytes, fault: str) -> None:
    with pytest.raises(BatchError, match=fault):
        protocol.decode_request(body)


def test_a_body_of_several_gzip_members_is_read_whole() -> None:
    members = (b'{"data": [[0, ', b'"a"], ', b'[1, "b"]]}')
    body = b"".join(gzip.compress(member) for member in members)
    for packed in (body, body + b"\0" * 100):
        assert protocol.decode_request(packed) == [Row(0, ("a",)), Row(1, ("b",))]
    with pytest.raises(BatchError, match="damaged"):
        protocol.decode_request(body + b"more")


def test_bomb_of_several_members_is_not_expanded() -> None:
    member = gzip.compress(b" " * (protocol.MAX_BODY_BYTES // 2 + 1))
    with pytest.raises(BatchTooLargeError):
        protocol.decode_request(member * 2)


def test_bomb_is_not_expanded() -> None:
    with pytest.raises(BatchTooLargeError):
        protocol.decode_request(gzip.compress(b" " * (protocol.MAX_BODY_BYTES + 1)))


def test_values_without_json_form_are_refused() -> None:
    for value in (float("nan"), Decimal("Infinity")):
        with pytest.raises(ValueError, match=r"JSON"):
            protocol.encode_response([Row(0, ())], [value])
    with pytest.raises(ValueError, match="shorter"):
        protocol.encode_response([Row(0, ()), Row(1, ())], [1])


def test_a_response_holds_a_value_under_each_rows_own_number() -> None:
    body = protocol.encode_response([Row(7, ()), Row(3, ())], ["a", None])
    assert json.loads(body) == {"data": [[7, "a"], [3, None]]}


def test_damaged_base64_twin_is_refused() -> None:
    with pytest.raises(BatchError, match="base64"):
        protocol.context_value(
            {"sf-context-current-schema-base64": "%"}, "sf-context-current-schema"
        )

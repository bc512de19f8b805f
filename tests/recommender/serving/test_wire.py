import json
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recommender.serving.columns import RequestError
from recommender.serving.wire import (
    ContentTypeError,
    Estimate,
    Recommend,
    decode_csv,
    decode_json,
    encode_csv,
    encode_json,
    format_of,
)

IDS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20)


@given(IDS)
def test_json_keeps_every_id(ids):
    body = json.dumps({"estimate": {"user_ids": ids, "item_ids": ids[::-1]}}).encode()
    assert decode_json(body) == Estimate(ids, ids[::-1])


@given(IDS)
def test_csv_keeps_every_quoted_id(ids):
    lines = ['"{}","{}"'.format(id_.replace('"', '""'), quote(id_)) for id_ in ids]
    expected = Estimate(ids, [quote(id_) for id_ in ids])
    assert decode_csv("\r\n".join(lines).encode()) == expected


def test_csv_without_quotes_and_with_either_line_end():
    assert decode_csv(b"196,242\r\n186,302\n") == Estimate(["196", "186"], ["242", "302"])


def test_json_may_begin_with_a_byte_order_mark():
    body = b'\xef\xbb\xbf{"estimate": {"user_ids": ["1"], "item_ids": ["2"]}}'
    assert decode_json(body) == Estimate(["1"], ["2"])


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf196,242\r\n7,302\r\n",
        b"user_id,item_id\n196,242\n7,302\n",
        b"\xef\xbb\xbfuserId,movieId\n196,242\n7,302",
        b'"USER_ID","ITEM_ID"\n"196","242"\n"7","302"\n',
        b"user, item\n196, 242\n7, 302\n",
        b"196,242\n7,302\n\n",
        b"196,242\n\n7,302\r\n\r\n",
        b"\n196,242\n7,302\n   \n",
        b"196 ,242 \n 7,302\n",
        b'"196", "242"\n7,302\n',
    ],
)
def test_csv_is_read_without_what_spreadsheets_add(body):
    assert decode_csv(body) == Estimate(["196", "7"], ["242", "302"])


def test_csv_keeps_what_is_quoted_and_ids_that_are_words():
    assert decode_csv(b'" 196 ","a\nb"\n') == Estimate([" 196 "], ["a\nb"])
    assert decode_csv(b"anna,item\n") == Estimate(["anna"], ["item"])
    assert decode_csv(b"1,2\nuser,item\n") == Estimate(["1", "user"], ["2", "item"])
    assert decode_csv(b"") == decode_csv(b"user,item\n") == Estimate([], [])


def test_no_csv_rows_get_no_lines():
    assert encode_csv({"estimates": np.array([], np.float32)}) == b""
    assert encode_csv({"estimates": np.array([3.9, 4], np.float32)}) == b"3.9\n4.0\n"


def test_recommend_has_counts():
    body = b'{"recommend": {"user_ids": ["196", "7"], "counts": [10, 1]}}'
    assert decode_json(body) == Recommend(["196", "7"], [10, 1])


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "The body must be"),
        (b"{}", "The body must be"),
        (b'{"estimate": {"user_ids": ["1"]}}', "The body must be"),
        (b'{"estimate": {"user_ids": "1", "item_ids": ["1"]}}', "column user_ids must be a list"),
        (
            b'{"estimate": {"user_ids": [], "item_ids": []}, "recommend": {}}',
            "The body must be",
        ),
        (b'{"estimate": {"user_ids": ["1"], "item_ids": []}}', "one length, not 1 and 0"),
        (b'{"estimate": {"user_ids": ["1", 2], "item_ids": ["1", "2"]}}', "Value 1 of user_ids"),
        (b'{"estimate": {"user_ids": ["1"], "item_ids": [null]}}', "Value 0 of item_ids"),
        (b'{"recommend": {"user_ids": ["1"], "counts": [0]}}', "Value 0 of counts"),
        (b'{"recommend": {"user_ids": ["1"], "counts": [1001]}}', "Value 0 of counts"),
        (b'{"recommend": {"user_ids": ["1"], "counts": [true]}}', "Value 0 of counts"),
        (b'{"recommend": {"user_ids": ["1"], "counts": [1.0]}}', "Value 0 of counts"),
        *(
            (
                b'{"recommend_group": {"members": [%b], "counts": [1], "filters": [{}]}}' % members,
                "Value 0 of members must be a list of 1 to 50 members",
            )
            for members in (
                b"[]",
                b"{}",
                b"[1]",
                b'[{"50": 4}]',
                b'[{"ratings": {}, "filters": []}]',
                b"[" + b'{"ratings": {}},' * 50 + b'{"ratings": {}}]',
            )
        ),
        (b'{"rank_items": {"ratings": [{}], "item_ids": ["1"]}}', "Value 0 of item_ids must be a"),
        (b'{"rank_items": {"ratings": [{}], "item_ids": [[1]]}}', "Value 0 of item_ids must be a"),
        (
            b'{"rank_items": {"ratings": [{}], "item_ids": [[' + b'"1",' * 10_000 + b'"1"]]}}',
            "a list of at most 10,000 ids",
        ),
    ],
)
def test_malformed_json_is_one_sentence(body, sentence):
    with pytest.raises(RequestError, match=sentence) as raised:
        decode_json(body)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"1,2\n3\n", "Line 2 has 1 fields"),
        (b"1,2,3\n", "Line 1 has 3 fields"),
        (b"1,2\n\n3\n", "Line 3 has 1 fields"),
        (b"user,item\n1\n", "Line 2 has 1 fields"),
        (b'"1,2\n', "not CSV"),
        (b"\xff,1\n", "not CSV in UTF-8"),
    ],
)
def test_malformed_csv_is_one_sentence(body, sentence):
    with pytest.raises(RequestError, match=sentence):
        decode_csv(body)


def test_content_types_are_matched_without_their_parameters():
    assert format_of("Application/JSON; charset=utf-8").decode is decode_json
    assert format_of(" text/csv ;header=absent").decode is decode_csv
    for other in ("", "text/plain", "application/jsonx"):
        with pytest.raises(ContentTypeError, match=r"send application/json or text/csv\."):
            format_of(other)


def test_numbers_survive_both_encodings():
    estimates = np.array([3.9, 1 / 3, 5.0])
    assert json.loads(encode_json({"estimates": estimates}))["estimates"] == estimates.tolist()
    lines = encode_csv({"estimates": estimates}).decode().splitlines()
    assert [float(line) for line in lines] == estimates.tolist()

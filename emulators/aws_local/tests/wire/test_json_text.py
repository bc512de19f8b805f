"""JSON is read strictly: Python reads more."""

import pytest
from aws_local.wire import json_text


def test_json():
    assert json_text.parsed('{"a": [1, null]}') == {"a": [1, None]}
    assert json_text.parsed(b'"\xc3\xa9"') == "é"


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", b"\xff", "[" * 100_000])
def test_what_is_no_json(text):
    with pytest.raises(ValueError, match=r"\w"):
        json_text.parsed(text)

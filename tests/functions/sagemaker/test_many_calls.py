"""Many resources are looked at within the seconds of one request."""

import threading

import pytest

from functions.sagemaker.many_calls import of_each


def test_what_is_found_comes_in_order_and_without_gaps():
    assert of_each(lambda name: None if name == "b" else name.upper(), "abc") == ["A", "C"]
    assert of_each(str.upper, "a") == ["A"]
    assert of_each(str.upper, "") == []


def test_several_are_looked_at_at_once():
    eight = threading.Barrier(8)
    assert of_each(lambda _: eight.wait(timeout=10) >= 0, "abcdefgh") == [True] * 8


def test_a_failure_is_the_callers():
    with pytest.raises(ZeroDivisionError):
        of_each(lambda name: 1 / (ord(name) - ord("b")), "abc")

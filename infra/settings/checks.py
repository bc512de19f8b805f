"""Checks of single settings; each refuses a value in words that say what it must be."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError


def text(pattern: str, meaning: str) -> BeforeValidator:
    """Text that matches `pattern` whole."""
    whole = re.compile(pattern, re.ASCII)
    return _must_be(meaning, lambda value: isinstance(value, str) and whole.fullmatch(value))


def number(at_least: int, at_most: int, *, step: int = 1) -> BeforeValidator:
    """A whole number within the limits and on the step."""
    steps = f" in steps of {step}" if step > 1 else ""
    return _must_be(
        f"a whole number from {at_least} to {at_most}{steps}",
        lambda value: type(value) is int and at_least <= value <= at_most and value % step == 0,
    )


def choice(*choices: int) -> BeforeValidator:
    """One of a few whole numbers."""
    return _must_be(
        f"one of {', '.join(map(str, choices))}",
        lambda value: type(value) is int and value in choices,
    )


def one_of(names: Callable[[], Collection[str]], meaning: str) -> BeforeValidator:
    """One of many names, which are looked up when they are needed."""
    return _must_be(meaning, lambda value: isinstance(value, str) and value in names())


def flag() -> BeforeValidator:
    """True or false, not a word for them."""
    return _must_be("true or false", lambda value: isinstance(value, bool))


def listed(meaning: str) -> BeforeValidator:
    """A list whose items have a check of their own."""
    return _must_be(f"a list, each {meaning}", lambda value: isinstance(value, list))


def not_less_than(other: str) -> AfterValidator:
    """At least as much as the setting `other` of the same group."""

    def compare(value: int, info: ValidationInfo) -> int:
        if value < info.data.get(other, value):
            raise _refusal("must not be less than `{other}`", other=other)
        return value

    return AfterValidator(compare)


def group(content: object) -> dict[str, Any]:
    """A group of settings, without those that are null."""
    if not isinstance(content, Mapping):
        raise _refusal("is missing: add this group to cdk.json")
    return {key: value for key, value in content.items() if value is not None}


def _must_be(meaning: str, is_right: Callable[[Any], object]) -> BeforeValidator:
    def check(value: object) -> object:
        if is_right(value):
            return value
        found = "nothing" if value is None else repr(value)
        raise _refusal("must be {meaning}, not {found}", meaning=meaning, found=found)

    return BeforeValidator(check)


def _refusal(template: str, **values: str) -> PydanticCustomError:
    return PydanticCustomError("setting", template, values)

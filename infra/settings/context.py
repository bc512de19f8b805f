"""Reads a section of the CDK context; whatever is wrong with it becomes one sentence."""

import re
from collections.abc import Iterator, Mapping
from typing import Any


class ContextError(Exception):
    """The context in `cdk.json` is missing something or holds something malformed."""


class Section:
    """A group of settings in the context, read key by key so that misspelt ones are noticed."""

    def __init__(self, path: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise ContextError(f"The context `{path}` is missing: add this group to cdk.json.")
        self.path = path
        self._left: dict[str, Any] = dict(content)

    def __contains__(self, key: str) -> bool:
        return self._left.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._left)

    def section(self, key: str) -> "Section":
        """The group of settings under `key`."""
        return Section(f"{self.path}.{key}", self._left.pop(key, None))

    def optional_section(self, key: str) -> "Section | None":
        """As `section`; None where the key is absent or null."""
        if key not in self:
            self._left.pop(key, None)
            return None
        return self.section(key)

    def text(self, key: str, pattern: str, meaning: str) -> str:
        """The text under `key`, which must match `pattern` whole; `meaning` says what that is."""
        value = self._left.pop(key, None)
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise self._malformed(key, meaning, value)
        return value

    def optional_text(self, key: str, pattern: str, meaning: str) -> str | None:
        """As `text`; None where the key is absent or null."""
        if key not in self:
            self._left.pop(key, None)
            return None
        return self.text(key, pattern, meaning)

    def texts(self, key: str, pattern: str, meaning: str) -> tuple[str, ...]:
        """The list of texts under `key`, each as in `text`; empty where the key is absent."""
        values = self._left.pop(key, [])
        if not isinstance(values, list):
            raise self._malformed(key, f"a list, each {meaning}", values)
        items = Section(self.path, {f"{key}[{position}]": v for position, v in enumerate(values)})
        return tuple(items.text(name, pattern, meaning) for name in list(items))

    def number(self, key: str, at_least: int, at_most: int, *, step: int = 1) -> int:
        """The whole number under `key`, within the limits and on the step."""
        value = self._left.pop(key, None)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not at_least <= value <= at_most or value % step:
            steps = f" in steps of {step}" if step > 1 else ""
            meaning = f"a whole number from {at_least} to {at_most}{steps}"
            raise self._malformed(key, meaning, value)
        return int(value)

    def optional_number(self, key: str, at_least: int, at_most: int) -> int | None:
        """As `number`; None where the key is absent or null."""
        if key not in self:
            self._left.pop(key, None)
            return None
        return self.number(key, at_least, at_most)

    def choice(self, key: str, choices: tuple[int, ...]) -> int:
        """The number under `key`, one of `choices`."""
        value = self._left.pop(key, None)
        if value not in choices or isinstance(value, bool):
            raise self._malformed(key, f"one of {', '.join(map(str, choices))}", value)
        return int(value)

    def flag(self, key: str) -> bool:
        """The true or false under `key`."""
        value = self._left.pop(key, None)
        if not isinstance(value, bool):
            raise self._malformed(key, "true or false", value)
        return value

    def end(self) -> None:
        """Refuse what was not read: a misspelt setting must not be ignored."""
        left = [key for key in self._left if key in self]
        if left:
            unknown = ", ".join(f"`{key}`" for key in sorted(left))
            raise ContextError(f"The context `{self.path}` has no setting {unknown}: remove it.")

    def _malformed(self, key: str, meaning: str, value: object) -> ContextError:
        found = "nothing" if value is None else repr(value)
        return ContextError(f"The context `{self.path}.{key}` must be {meaning}, not {found}.")

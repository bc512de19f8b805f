"""Rendering of SQL scripts, whose placeholders are those of `snow sql -f`."""

import re
from collections.abc import Iterator, Mapping
from io import StringIO

_PLACEHOLDER = re.compile(r"<%\s*(\w+)\s*%>")

#: What may stand in for a placeholder: identifiers, ARNs and addresses. Nothing that could end a
#: literal, begin a comment or start another statement.
_VALUE = re.compile(r"[\w./:@-]+", re.ASCII)


class SqlScriptError(Exception):
    """A script cannot be rendered; the message names the placeholder and the fix."""


def render(text: str, values: Mapping[str, str]) -> str:
    """Replace each `<% name %>` in `text` by its value.

    Raises:
        SqlScriptError: A placeholder has no value, or its value is not a plain name or address.
    """
    return _PLACEHOLDER.sub(lambda match: _value(match[1], values), text)


def statements(script: str) -> Iterator[str]:
    """Split a rendered script into its statements, without comments and semicolons."""
    # a second of imports: not for whoever only renders
    from snowflake.connector.util_text import split_statements  # noqa: PLC0415

    for statement, _ in split_statements(StringIO(script), remove_comments=True):
        bare = (statement or "").strip().removesuffix(";").strip()
        if bare:
            yield bare


def _value(name: str, values: Mapping[str, str]) -> str:
    value = values.get(name)
    if value is None:
        raise SqlScriptError(f"The script needs a value for <% {name} %>, and none was given.")
    if not _VALUE.fullmatch(value) or "--" in value:
        raise SqlScriptError(
            f"The value of <% {name} %> must be a plain name, ARN or address, not {value!r}."
        )
    return value

"""Signature of an external function, as its file in `snowflake/sql/60_functions/` declares it."""

import re
from dataclasses import dataclass

_CREATE = re.compile(
    r"create or replace external function <% database %>\.<% schema %>\.(?P<name>\w+)"
    r"\((?P<arguments>[^)]*)\)"
)


@dataclass(frozen=True)
class Signature:
    """Name of a function, names and types of its arguments."""

    name: str
    arguments: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def call(self) -> str:
        """The function with the names of its arguments."""
        return f"{self.name}({', '.join(self.arguments)})"

    @property
    def typed(self) -> str:
        """The function with the types of its arguments, by which Snowflake tells it from others."""
        return f"{self.name}({', '.join(self.types)})"


def drop(typed: str) -> str:
    """The statement that removes a function, with the placeholders of the scripts."""
    return f"drop function if exists <% database %>.<% schema %>.{typed};"


def signature(script: str) -> Signature:
    """Read the signature out of the text of a function's file.

    Raises:
        ValueError: The text creates no external function.
    """
    match = _CREATE.search(script)
    if match is None:
        raise ValueError("A file of 60_functions creates no external function.")
    declared = [argument.split() for argument in match["arguments"].split(",") if argument.strip()]
    names, types = (tuple(column[place] for column in declared) for place in (0, 1))
    return Signature(match["name"], names, types)

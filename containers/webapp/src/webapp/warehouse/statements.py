"""Statements as files: a query function runs the one of its own name, in `sql/` beside its module.

A statement is run as it is written, with its values bound: none is put together from strings.
"""

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from importlib import resources
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from webapp.warehouse.session import Row

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
#: Run the function's statement with these values bound, for its rows or the number of changed ones.
Rows = Callable[..., list[Row]]
Change = Callable[..., int]


class Executor(Protocol):
    """A warehouse, or one of its sessions inside a transaction."""

    def rows(self, statement: str, *parameters: Any) -> list[Row]:
        """The rows that the statement yields."""
        ...

    def change(self, statement: str, *parameters: Any) -> int:
        """Run a statement that changes rows; their number."""
        ...


def query(
    function: Callable[Concatenate[Rows, Parameters], Result],
) -> Callable[Concatenate[Executor, Parameters], Result]:
    """Give the function the rows of its statement; callers say who executes it."""
    text = _statement_of(function)

    @wraps(function)
    def run(on: Executor, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return function(partial(on.rows, text), *args, **kwargs)

    return run


def change(
    function: Callable[Concatenate[Change, Parameters], Result],
) -> Callable[Concatenate[Executor, Parameters], Result]:
    """Let the function make the change of its statement; callers say who executes it."""
    text = _statement_of(function)

    @wraps(function)
    def run(on: Executor, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return function(partial(on.change, text), *args, **kwargs)

    return run


@lru_cache
def statement(package: str, name: str) -> str:
    """The text of a statement, by the package that holds it and the name of its file."""
    return resources.files(package).joinpath("sql", f"{name}.sql").read_text("utf-8")


def _statement_of(function: Callable[..., object]) -> str:
    package, _, _ = function.__module__.rpartition(".")
    return statement(package, function.__name__)

"""The tables of `docs/deploy.md`, made from settings and stacks: `make manual`."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

from aws_cdk import Stack
from pydantic.fields import FieldInfo

from infra import stacks
from infra.settings.model import Environment, Group

MANUAL = Path(__file__).parents[1] / "docs" / "deploy.md"
_END = "<!-- end -->"


def manual_text(manual: str) -> str:
    """The manual with its tables as they are now, each between its name and an end."""
    for name, table in {"settings": _settings_table(), "stacks": _stacks_table()}.items():
        start = f"<!-- {name} -->\n"
        before, _, rest = manual.partition(start)
        manual = before + start + table + _END + rest.partition(_END)[2]
    return manual


def _settings_table() -> str:
    rows = _described(Environment)
    return _table(("setting", "what it is"), ((f"`{path}`", text) for path, text in rows))


def _described(group: type[Group], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in group.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        if field.description:
            yield path, field.description
        inner = _group_of(field)
        if inner:
            yield from _described(inner, f"{path}.")


def _group_of(field: FieldInfo) -> type[Group] | None:
    kinds = (field.annotation, *get_args(field.annotation))
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, Group)), None)


def _stacks_table() -> str:
    names = [module.name for module in pkgutil.iter_modules(stacks.__path__)]
    rows = ((f"`snowreel-dev-{name.replace('_', '-')}`", _summary(name)) for name in names)
    return _table(("stack", "what is in it"), rows)


def _summary(module_name: str) -> str:
    """First sentence of the one stack in a module, as a cell of a table."""
    module = import_module(f"{stacks.__name__}.{module_name}")
    (stack,) = (
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Stack) and kind.__module__ == module.__name__
    )
    return (inspect.getdoc(stack) or "").partition("\n")[0].rstrip(".")


def _table(heads: tuple[str, str], rows: Iterator[tuple[str, str]]) -> str:
    cells = [heads, ("---", "---"), *((left, right.replace("|", "\\|")) for left, right in rows)]
    return "".join(f"| {left} | {right} |\n" for left, right in cells)


def main() -> None:
    """Write the manual."""
    MANUAL.write_text(manual_text(MANUAL.read_text()))


if __name__ == "__main__":
    main()

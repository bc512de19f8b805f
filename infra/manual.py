"""The parts of manuals that settings, stacks and state machine make: `make manual`."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

from aws_cdk import Stack
from pydantic.fields import FieldInfo

from infra import stacks
from infra.loop_picture import picture
from infra.settings.model import Environment, Group

_DOCS = Path(__file__).parents[1] / "docs"
_END = "<!-- end -->"


def manual_text(manual: Path) -> str:
    """A manual with its made parts as they are now."""
    text = manual.read_text()
    for name, make in PARTS[manual].items():
        start = f"<!-- {name} -->\n"
        before, _, rest = text.partition(start)
        text = before + start + make() + _END + rest.partition(_END)[2]
    return text


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


def _loop_picture() -> str:
    return f"\n{picture()}\n"


#: Parts of each manual that are made, by the names between which and an end they stand.
PARTS: dict[Path, dict[str, Callable[[], str]]] = {
    _DOCS / "deploy.md": {
        "settings": _settings_table,
        "stacks": _stacks_table,
    },
    _DOCS / "operations.md": {"loop": _loop_picture},
}


def main() -> None:
    """Write the manuals."""
    for manual in PARTS:
        manual.write_text(manual_text(manual))


if __name__ == "__main__":
    main()

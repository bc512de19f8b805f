"""fakesnow's private names stand in one module: a new version of it changes that one alone."""

import ast
from pathlib import Path

import snowflake_local

SOURCES = Path(snowflake_local.__file__).parent


def imported(source: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(source.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_no_other_module_imports_fakesnow() -> None:
    importers = {
        source.name
        for source in SOURCES.rglob("*.py")
        if any(name.split(".")[0] == "fakesnow" for name in imported(source))
    }
    assert importers == {"fakesnow_adapter.py"}

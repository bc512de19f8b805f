"""The field's words: none that the glossary refuses, and docstrings that begin with a subject."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
#: Where the old words are told: to whom they were, and what they became.
TELLS_OLD_WORDS = {"docs/glossary.md", "CHANGELOG.md"}
_ROW = re.compile(r"^\| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
_RIDDLE = re.compile(r"(What|Whether|How|Where|Who|Which|Why)\b")
#: `UserHistories` and `n_revealed` are words as people read them.
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


def refused_words() -> list[str]:
    table = GLOSSARY.read_text().partition("## Words that the checks refuse")[2]
    cells = [cell for cell in _ROW.findall(table) if cell.strip("- ") and cell != "refused"]
    return [word.strip() for cell in cells for word in cell.split(",")]


def first_lines(path: Path) -> list[tuple[int, str]]:
    """Line number and first line of each docstring of a module."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)]
    documented = [(node, ast.get_docstring(node)) for node in nodes]
    return [(getattr(node, "lineno", 1), text.splitlines()[0]) for node, text in documented if text]


def test_no_word_is_used_that_the_glossary_refuses(tracked_files: list[Path]) -> None:
    words = refused_words()
    assert words
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in tracked_files
        if path.suffix in {".py", ".sql", ".md"}
        and str(path.relative_to(ROOT)) not in TELLS_OLD_WORDS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in [pattern.search(_CAMEL.sub(" ", line))]
        if match
    ]
    assert not found, "docs/glossary.md says what to say instead:\n" + "\n".join(found)


def test_a_docstring_begins_with_a_noun_or_an_imperative(tracked_files: list[Path]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line}"
        for path in tracked_files
        if path.suffix == ".py"
        for number, line in first_lines(path)
        if _RIDDLE.match(line)
    ]
    assert not found, "say the subject first:\n" + "\n".join(found)

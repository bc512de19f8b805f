"""The recipes of docs/how-to name files that exist, and no more than were promised."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / "docs" / "how-to"
#: Files that a person edits by hand for one addition of the kind; made files do not count.
LIMITS = {
    "add-external-function": 8,
    "add-ranking-model": 3,
    "add-page": 5,
    "add-data-set": 6,
    "add-stack": 5,
}
_STEP = re.compile(r"^\d+\. `([^`]+)`", re.MULTILINE)
_PATH = re.compile(r"`([\w.\-]+/[\w.\-/]+)`")


@pytest.mark.parametrize("name", LIMITS)
def test_every_file_of_a_recipe_exists(name: str) -> None:
    paths = _PATH.findall((RECIPES / f"{name}.md").read_text())
    missing = sorted({path for path in paths if not (ROOT / path).exists()})
    assert paths
    assert not missing, f"docs/how-to/{name}.md names what is not there: {missing}"


@pytest.mark.parametrize("name", LIMITS)
def test_a_recipe_is_no_longer_than_promised(name: str) -> None:
    steps = _STEP.findall((RECIPES / f"{name}.md").read_text())
    assert 1 <= len(steps) <= LIMITS[name], steps


def test_every_recipe_is_checked() -> None:
    assert {path.stem for path in RECIPES.glob("*.md")} == set(LIMITS)

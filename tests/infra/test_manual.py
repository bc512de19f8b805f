"""The made parts of the manuals: current, and complete."""

import pytest

from infra.manual import PARTS, manual_text

STALE = "run `make manual` and commit what it changed"


MANUAL = next(path for path in PARTS if path.name == "deploy.md")


@pytest.mark.parametrize("manual", PARTS, ids=lambda path: path.name)
def test_what_is_made_of_a_manual_is_current(manual):
    assert manual.read_text() == manual_text(manual), STALE


def test_every_setting_of_the_context_is_in_the_manual(context):
    manual = MANUAL.read_text()
    for key, value in context["environments"]["dev"].items():
        for path in [f"{key}.{inner}" for inner in value] if isinstance(value, dict) else [key]:
            assert f"| `{path}` | " in manual, path


def test_every_stack_is_in_the_manual(dev):
    manual = MANUAL.read_text()
    assert all(f"| `{name}` | " in manual for name in dev.stack_names)

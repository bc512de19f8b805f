"""The tables of the deployment manual: current, and complete."""

from infra.manual import MANUAL, manual_text

STALE = "run `make manual` and commit what it changed"


def test_the_tables_of_the_manual_are_current():
    assert MANUAL.read_text() == manual_text(MANUAL.read_text()), STALE


def test_every_setting_of_the_context_is_in_the_manual(context):
    manual = MANUAL.read_text()
    for key, value in context["environments"]["dev"].items():
        for path in [f"{key}.{inner}" for inner in value] if isinstance(value, dict) else [key]:
            assert f"| `{path}` | " in manual, path


def test_every_stack_is_in_the_manual(dev):
    manual = MANUAL.read_text()
    assert all(f"| `{name}` | " in manual for name in dev.stack_names)

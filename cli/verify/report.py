"""The report of a verification: a page for people and a document for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from cli.verify import bill
from cli.verify.step import Outcome, Step

_NOT_RUN = "not run"


def write(
    folder: Path, site: str, steps: Sequence[Step], outcomes: Mapping[str, Outcome]
) -> tuple[Path, Path]:
    """Write `report.md` and `report.json` of the outcomes so far; their paths."""
    page, document = folder / "report.md", folder / "report.json"
    page.write_text(as_markdown(site, steps, outcomes))
    document.write_text(json.dumps(as_document(site, steps, outcomes), indent=2) + "\n")
    return page, document


def as_markdown(site: str, steps: Sequence[Step], outcomes: Mapping[str, Outcome]) -> str:
    """A page with a row for each step, and what the run cost."""
    rows = [
        f"| {step.name} | {_state(step, outcomes)} | {step.expected} | {_seen(step, outcomes)} "
        f"| {_seconds(step, outcomes)} | {step.budget_seconds:.0f} |"
        for step in steps
    ]
    return "\n".join(
        [
            f"# Verification of {site}",
            "",
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {summary(steps, outcomes)}.",
            "",
            "| step | state | expected | seen | seconds | budget |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"List prices of these seconds: at most {bill.dollars(steps, outcomes):.2f} dollars.",
            "",
        ]
    )


def as_document(
    site: str, steps: Sequence[Step], outcomes: Mapping[str, Outcome]
) -> dict[str, object]:
    """The same as data: each step's expectation, outcome, seconds and budget."""
    return {
        "site": site,
        "steps": [
            {
                "name": step.name,
                "expected": step.expected,
                "budget_seconds": step.budget_seconds,
                **(asdict(outcomes[step.name]) if step.name in outcomes else {"state": _NOT_RUN}),
            }
            for step in steps
        ],
        "dollars": round(bill.dollars(steps, outcomes), 4),
    }


def summary(steps: Sequence[Step], outcomes: Mapping[str, Outcome]) -> str:
    """The number of steps in each state."""
    states = [_state(step, outcomes) for step in steps]
    counts = ((states.count(state), state) for state in ("passed", "failed", "skipped", _NOT_RUN))
    return ", ".join(f"{count} {state}" for count, state in counts if count)


def _state(step: Step, outcomes: Mapping[str, Outcome]) -> str:
    return outcomes[step.name].state if step.name in outcomes else _NOT_RUN


def _seen(step: Step, outcomes: Mapping[str, Outcome]) -> str:
    seen = outcomes[step.name].seen if step.name in outcomes else ""
    return seen.replace("|", "\\|")


def _seconds(step: Step, outcomes: Mapping[str, Outcome]) -> str:
    return f"{outcomes[step.name].seconds:.1f}" if step.name in outcomes else ""

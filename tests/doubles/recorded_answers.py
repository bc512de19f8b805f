"""Answers of a cloud account, kept without what differs from run to run."""

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "snapshots"

#: What differs between accounts and runs, and the word that stands for it.
_DIFFERENT = (
    (re.compile(r"s3://[^/\s]+/"), "s3://<bucket>/"),
    (re.compile(r"snowreel-[a-z0-9]+-[0-9a-f]{16,}"), "<training job>"),
    (re.compile(r"arn:aws[\w-]*:[^\s\"]+"), "<arn>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.]*(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
)
#: Members that measure the machine, not the model.
_MEASURED = re.compile(r"seconds$")
#: The same training differs in the last digits between processors.
_DIGITS = 4


def normalised(value: Any) -> Any:
    """The answer with a word for each name, address, time and duration of its own."""
    if isinstance(value, dict):
        return {
            key: "<seconds>" if _MEASURED.search(key) else normalised(member)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [normalised(member) for member in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, str):
        for pattern, word in _DIFFERENT:
            value = pattern.sub(word, value)
    return value


def record(name: str, answers: dict[str, Any]) -> None:
    """Write the answers of a cloud account down."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(normalised(answers), indent=2, sort_keys=True)
    (FOLDER / f"{name}.json").write_text(f"{text}\n")


def recorded(name: str) -> dict[str, Any] | None:
    """The answers that were written down; None if nobody has yet."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text())
    return found

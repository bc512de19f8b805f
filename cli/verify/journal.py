"""Outcomes of a verification on disk, so that a run goes on where the last one ended."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cli.errors import CommandError
from cli.verify.step import Outcome


class Journal:
    """The outcomes so far of one deployment's verification.

    Args:
        path: File of the journal; need not exist.
        site: Name of the deployment; the journal of another one is refused.

    Raises:
        CommandError: The file is damaged, or of another deployment.
    """

    def __init__(self, path: Path, site: str) -> None:
        self._path, self._site = path, site
        self.outcomes: dict[str, Outcome] = {}
        if path.exists():
            self._read()

    def add(self, outcome: Outcome) -> None:
        """Write an outcome down at once: the next moment may be the last."""
        self.outcomes[outcome.step] = outcome
        self.write()

    def write(self) -> None:
        """Replace the file; readers see the old one or the new one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "site": self._site,
            "outcomes": [asdict(each) for each in self.outcomes.values()],
        }
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps(content, indent=2) + "\n")
        partial.replace(self._path)

    def clear(self) -> None:
        """Forget everything."""
        self.outcomes = {}
        self._path.unlink(missing_ok=True)

    def _read(self) -> None:
        try:
            content: dict[str, Any] = json.loads(self._path.read_text())
            site = content["site"]
            self.outcomes = {each["step"]: Outcome(**each) for each in content["outcomes"]}
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"{self._path} is damaged: remove it, or begin anew with --fresh."
            ) from error
        if site != self._site:
            raise CommandError(
                f"{self._path} is of the deployment {site}, not of {self._site}: "
                "give another --folder, or begin anew with --fresh."
            )

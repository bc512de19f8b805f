"""Executions on disk, a document each and its history beside it, whole after a kill at any moment.

What ended is kept as long as Step Functions keeps it.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loopback import durable_file
from loopback.service import ServiceError

from aws_local.step_functions.history import Event

Document = dict[str, Any]

#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
RETENTION_SECONDS = 90 * 24 * 60 * 60.0
_HISTORY = "history"


class ExecutionFiles:
    """Executions of one state machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Iterator[Document]:
        """All executions that are kept; raise ServiceError naming a damaged file."""
        now = time.time()
        for path in sorted(self._folder.glob("*.json")):
            document = _read(path)
            if document.get("stopDate", now) < now - RETENTION_SECONDS:
                path.unlink()
                self._history(document).unlink(missing_ok=True)
            else:
                yield document

    def write(self, document: Document) -> None:
        """Keep an execution."""
        durable_file.write(self._folder / _file(document), _encoded(document))

    def write_history(self, document: Document, events: list[Event]) -> None:
        """Keep what happened in an execution."""
        durable_file.write(self._history(document), _encoded(events))

    def history(self, document: Document) -> list[Event]:
        """Events of an execution that has ended."""
        events: list[Event] = json.loads(self._history(document).read_text())
        return events

    def _history(self, document: Document) -> Path:
        return self._folder / _HISTORY / _file(document)


def _file(document: Document) -> str:
    """A name may be of 80 characters of any alphabet; a file's may not."""
    name = str(document["name"])
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{name if name.isascii() else digest}.json"


def _encoded(content: Any) -> bytes:
    return json.dumps(content, indent=1, default=str).encode()


def _read(path: Path) -> Document:
    try:
        document = json.loads(path.read_text())
        return {**document, "name": document["name"], "status": document["status"]}
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError(f"{path} is damaged ({error}): restore it or remove it.") from None

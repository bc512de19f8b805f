"""Resources of one kind, each a JSON document on disk that survives a kill at any moment."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from loopback import durable_file
from loopback.service import ServiceError

from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import already_exists, not_found
from aws_local.settings import Account

_STATE = "state.json"


class Collection:
    """Documents by name, with a folder for each."""

    def __init__(self, folder: Path, account: Account, kind: str, noun: str) -> None:
        """Read what is on disk; raise ServiceError naming a damaged file.

        Args:
            folder: Where the documents are, `<name>/state.json` each.
            account: Whose they are.
            kind: As in the resource's ARN, for example `endpoint-config`.
            noun: As in AWS's error messages, for example `endpoint configuration`.
        """
        self._folder = folder
        self._account = account
        self._kind = kind
        self._noun = noun
        self._documents = {path.parent.name: _read(path) for path in folder.glob(f"*/{_STATE}")}

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._documents.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._documents

    def arn(self, name: str) -> str:
        """The resource's address."""
        return self._account.arn("sagemaker", f"{self._kind}/{name}")

    def folder(self, name: str) -> Path:
        """Folder in which the resource may keep more files."""
        return self._folder / name

    def get(self, name: str) -> Document:
        """The document; raise FaultError as AWS does when there is none."""
        document = self._documents.get(name)
        if document is None:
            raise not_found(self._noun, self.arn(name))
        return document

    def require_new(self, name: str) -> None:
        """Raise FaultError as AWS does when the name is taken."""
        if name in self._documents:
            raise already_exists(self._noun, self.arn(name))

    def save(self, name: str, document: Document) -> None:
        """Keep `document`, on disk when this returns."""
        content = json.dumps(document, indent=1).encode()
        durable_file.write(self._folder / name / _STATE, content)
        self._documents[name] = document

    def remove(self, name: str) -> None:
        """Forget the resource and its folder; raise FaultError as AWS does when there is none."""
        self.get(name)
        (self._folder / name / _STATE).unlink()
        del self._documents[name]
        shutil.rmtree(self._folder / name, ignore_errors=True)


def _read(path: Path) -> Document:
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        raise ServiceError(
            f"{path} is damaged ({error}): restore it or remove {path.parent}."
        ) from None
    if not isinstance(document, dict):
        raise ServiceError(f"{path} is damaged (no object): restore it or remove {path.parent}.")
    return document

"""The buckets' objects on disk: `<bucket>/index.json` and one file per content, named by its hash.

An object's content is written before the index that names it, both atomically: a bucket is whole
after a kill at any moment.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from loopback import durable_file
from loopback.service import ServiceError

_INDEX = "index.json"


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """Entry of the index for one object."""

    #: SHA-256 of the content, its file's name.
    content: str
    etag: str
    #: Seconds since 1970.
    last_modified: float
    #: `content-type`, user metadata and the like, as S3's headers have them.
    metadata: dict[str, str]


class BucketFolder:
    """One bucket's objects."""

    def __init__(self, folder: Path) -> None:
        """Read the bucket at `folder`; raise ServiceError when its files are damaged."""
        self._folder = folder
        self._objects = _read_index(folder / _INDEX)
        for key, stored in self._objects.items():
            if not self._file(stored.content).is_file():
                raise ServiceError(
                    f"{self._file(stored.content)}, the content of {key!r}, is missing: restore it "
                    f"or remove {folder}."
                )

    @property
    def objects(self) -> Mapping[str, StoredObject]:
        """Every object by its key."""
        return self._objects

    def read(self, key: str) -> bytes:
        """Content of the object `key`."""
        return self._file(self._objects[key].content).read_bytes()

    def store_content(self, content: bytes) -> str:
        """Write `content` to disk and return its name for a StoredObject."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._file(digest).exists():
            durable_file.write(self._file(digest), content)
        return digest

    def replace(self, objects: Mapping[str, StoredObject]) -> None:
        """Make `objects` the bucket's objects; their contents are stored already."""
        document = {key: asdict(stored) for key, stored in objects.items()}
        durable_file.write(self._folder / _INDEX, json.dumps(document, indent=1).encode())
        needed = {stored.content for stored in objects.values()}
        dropped = {stored.content for stored in self._objects.values()} - needed
        self._objects = dict(objects)
        for content in dropped:
            self._file(content).unlink(missing_ok=True)

    def _file(self, content: str) -> Path:
        return self._folder / "contents" / content


def _read_index(path: Path) -> dict[str, StoredObject]:
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text())
        return {key: StoredObject(**stored) for key, stored in document.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ServiceError(
            f"{path} is damaged ({error}): restore it or remove {path.parent}."
        ) from None

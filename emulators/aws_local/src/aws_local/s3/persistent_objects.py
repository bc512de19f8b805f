"""S3's objects written through to disk.

Whatever S3 operation changed a bucket, its objects are compared with those on disk and written
through before the answer leaves, so that no kill loses an object whose write was acknowledged.
"""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.s3.models import s3_backends

from aws_local.s3.bucket_folder import BucketFolder, StoredObject
from aws_local.settings import Account

_READING_METHODS = {"GET", "HEAD", "OPTIONS"}


class PersistentObjects:
    """WSGI middleware that keeps what moto's S3 holds equal to what is on disk."""

    def __init__(self, folder: Path, account: Account, application: WSGIApplication) -> None:
        self._folder = folder
        self._account = account
        self._application = application
        self._buckets: dict[str, BucketFolder] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI); a change is on disk when this returns."""
        answer = self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in _READING_METHODS:
            self._write_through()
        return answer

    def restore(self, buckets: Iterable[str]) -> None:
        """Create `buckets` and those on disk, and put back their objects."""
        on_disk = [path.name for path in self._folder.glob("*") if path.is_dir()]
        for name in sorted({*buckets, *on_disk}):
            self._moto().create_bucket(name, self._account.region)
            self._buckets[name] = BucketFolder(self._folder / name)
            for key, stored in self._buckets[name].objects.items():
                self._restore_object(name, key, stored)

    def _restore_object(self, bucket: str, key: str, stored: StoredObject) -> None:
        restored = self._moto().put_object(
            bucket,
            key,
            self._buckets[bucket].read(key),
            etag=stored.etag.strip('"'),
            disable_notification=True,
        )
        restored.set_metadata(dict(stored.metadata))
        restored.last_modified = datetime.fromtimestamp(stored.last_modified, UTC).replace(
            tzinfo=None  # moto's own times are naive UTC
        )

    def _write_through(self) -> None:
        with self._lock:
            for name, bucket in list(self._moto().buckets.items()):
                if name not in self._buckets:
                    (self._folder / name).mkdir(parents=True, exist_ok=True)
                    self._buckets[name] = BucketFolder(self._folder / name)
                self._write_bucket(self._buckets[name], bucket)

    def _write_bucket(self, folder: BucketFolder, bucket: Any) -> None:
        objects: dict[str, StoredObject] = {}
        for key in list(dict(bucket.keys)):
            latest = bucket.keys[key]
            if hasattr(latest, "value"):  # a delete marker of a versioned bucket has none
                objects[key] = _describe(latest, folder.objects.get(key), folder)
        if objects != folder.objects:
            folder.replace(objects)

    def _moto(self) -> Any:
        return s3_backends[self._account.account_id]["aws"]


def _describe(latest: Any, known: StoredObject | None, folder: BucketFolder) -> StoredObject:
    etag = cast("str", latest.etag)
    modified = latest.last_modified.replace(tzinfo=UTC).timestamp()
    unchanged = known is not None and (known.etag, known.last_modified) == (etag, modified)
    return StoredObject(
        content=known.content if known and unchanged else folder.store_content(latest.value),
        etag=etag,
        last_modified=modified,
        metadata={str(name): str(value) for name, value in latest.metadata.items()},
    )

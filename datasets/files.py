"""Files of a data set's folder: found, unpacked, decoded; every fault is one sentence."""

import gzip
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datasets.errors import DatasetError

_SAMPLE_BYTES = 64 * 1024
_CHUNK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class SourceFile:
    """A file of the folder, and the plain copy of it when it is packed."""

    name: str
    path: Path


def listing(folder: Path) -> dict[str, Path]:
    """The files of a folder by their names in lower case, without `.gz`.

    Raises:
        DatasetError: There is no such folder, or it cannot be read, or it is empty.
    """
    if not folder.exists():
        raise DatasetError(f"There is no folder {folder}: give the folder that holds the files.")
    if not folder.is_dir():
        raise DatasetError(f"{folder} is a file: give the folder that holds the files, unpacked.")
    files = {
        path.name.lower().removesuffix(".gz"): path
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }
    if not files:
        raise DatasetError(f"The folder {folder} is empty: give the folder that holds the files.")
    return files


def opened(path: Path, scratch: Path) -> SourceFile:
    """A plain file with the content of `path`, unpacked into `scratch` where necessary.

    Raises:
        DatasetError: The file is empty, cut short, damaged, or no text.
    """
    plain = path if path.suffix.lower() != ".gz" else _unpacked(path, scratch)
    with plain.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    if not sample.strip():
        raise DatasetError(f"The file {path} is empty: fetch the data set again.")
    if b"\0" in sample or sample.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise DatasetError(f"The file {path} is no text in UTF-8: save it as UTF-8, unpacked.")
    return SourceFile(path.name, plain)


def _unpacked(path: Path, scratch: Path) -> Path:
    plain = scratch / path.stem
    try:
        with gzip.open(path, "rb") as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file, _CHUNK_BYTES)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DatasetError(
            f"The file {path} is cut short or damaged ({error}): fetch it again."
        ) from error
    return plain


def text_lines(file: SourceFile, *, fallback: str | None = None) -> Iterator[str]:
    """The lines of a text file, ends kept; a byte that is no UTF-8 becomes a surrogate.

    Args:
        file: What to read.
        fallback: Encoding of the whole file when it is not UTF-8, for layouts older than it.
    """
    encoding = "utf-8-sig"
    if fallback is not None and not _is_utf8(file.path):
        encoding = fallback
    with file.path.open(encoding=encoding, errors="surrogateescape", newline="") as text:
        yield from text


def _is_utf8(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True

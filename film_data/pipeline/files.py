"""Files of a data set's folder: found, unpacked, decoded; every fault is one sentence."""

import csv
import gzip
import hashlib
import re
import shutil
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from film_data.errors import DatasetError
from film_data.progress import Progress

#: Rows of a file that are asked for the forms in which it is written.
ROWS_ASKED = 100_000
_SAMPLE_BYTES = 64 * 1024
_CHUNK_BYTES = 4 * 1024 * 1024
#: Of files whose first line names the columns, the usual one first.
_DELIMITERS = ",;\t|"
_DATA_FILES = (".csv", ".dat", ".data", ".item", ".user")
#: First bytes of files that are no text: ZIP, gzip, 7z, and UTF-16 in either order.
_NO_TEXT = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class SourceFile:
    """A file of the folder by its name there, and where its plain text is."""

    name: str
    path: Path
    #: Between the fields, where the first line names them; in most of Europe a spreadsheet's is a
    #: semicolon.
    delimiter: str = ","


class Folder:
    """A data set's folder while it is read.

    Raises:
        DatasetError: There is no such folder, or it cannot be read, or it is empty.
    """

    def __init__(self, path: Path, scratch: Path, progress: Progress) -> None:
        self.path = path
        self.scratch = scratch
        #: Files by their names in lower case, without `.gz`.
        self.files = _listing(path)
        self._all = _files(path)
        #: Digest of each file that was opened.
        self.digests: dict[str, str] = {}
        self._progress = progress

    def open(self, name: str) -> SourceFile:
        """The file of that name, as plain text.

        Raises:
            DatasetError: The file is empty, cut short, damaged, no text, or there are two.
        """
        path = self.files[name]
        if others := [other for other in self._all if _plain_name(other) == name and other != path]:
            raise DatasetError(
                f"The folder {self.path} has both {path.name} and {others[0].name}: keep one."
            )
        self._progress(f"Reading {path.name}", 0, 1)
        plain = path if path.suffix.lower() != ".gz" else _unpacked(path, self.scratch)
        _check_text(path, plain)
        with plain.open("rb") as file:
            self.digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
        return SourceFile(path.name, plain, _delimiter(plain) if name.endswith(".csv") else ",")

    def discard(self, file: SourceFile) -> None:
        """Forget a file that was opened and is none of the data set's."""
        del self.digests[file.name]

    @property
    def unread(self) -> list[str]:
        """Names of the data files that were not read."""
        return [
            path.name
            for name, path in self.files.items()
            if path.name not in self.digests and name.endswith(_DATA_FILES)
        ]


def _listing(folder: Path) -> dict[str, Path]:
    if not folder.exists():
        raise DatasetError(f"There is no folder {folder}: give the folder that holds the files.")
    if not folder.is_dir():
        raise DatasetError(f"{folder} is a file: give the folder that holds the files, unpacked.")
    files = {_plain_name(path): path for path in reversed(_files(folder))}
    if not files:
        raise DatasetError(f"The folder {folder} is empty: give the folder that holds the files.")
    return files


def _files(folder: Path) -> list[Path]:
    """The folder's files, a plain one before its packed copy."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    ]


def _plain_name(path: Path) -> str:
    return path.name.lower().removesuffix(".gz")


def _unpacked(path: Path, scratch: Path) -> Path:
    plain = scratch / path.stem
    try:
        with gzip.open(path, "rb") as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file, _CHUNK_BYTES)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DatasetError(f"The file {path} is cut short or damaged: fetch it again.") from error
    return plain


def _check_text(path: Path, plain: Path) -> None:
    with plain.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    if not sample.strip():
        raise DatasetError(f"The file {path} is empty: fetch the data set again.")
    if b"\0" in sample or sample.startswith(_NO_TEXT):
        raise DatasetError(f"The file {path} is no text in UTF-8: save it as UTF-8, unpacked.")


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


def _delimiter(path: Path) -> str:
    """The delimiter that parts the first line into most names."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        first = text.readline()
    return max(_DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))


def csv_header(file: SourceFile) -> list[str]:
    """The column names in the first line of a delimited file."""
    with file.path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        return [name.strip() for name in next(csv.reader(text, delimiter=file.delimiter), [])]


def require_columns(file: SourceFile, names: Collection[str]) -> list[str]:
    """The header of a delimited file, which has at least the columns `names`.

    Names are known in any case, and with or without blanks and underscores: `movie_id` is
    `movieId`. Other columns, as the row numbers that R and pandas add, keep the names they have.

    Raises:
        DatasetError: A column is missing.
    """
    known = {_letters(name): name for name in names}
    header = [known.get(_letters(name), name) for name in csv_header(file)]
    missing = [name for name in names if name not in header]
    if missing:
        raise DatasetError(
            f"The file {file.name} has no column {missing[0]}: its first line must name "
            f"{', '.join(names)}, separated by commas, semicolons, bars or tabs."
        )
    return header


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def cells(file: SourceFile, column: str, header: Sequence[str]) -> Iterator[str]:
    """The texts of a column in the first rows of a delimited file, damaged rows left out."""
    position = header.index(column)
    with file.path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        for row in islice(csv.reader(text, delimiter=file.delimiter), 1, ROWS_ASKED):
            if len(row) == len(header):
                yield row[position]

"""Archive of a service's export, and the file of ratings in it."""

import io
import zipfile
from pathlib import PurePosixPath

from webapp.taste.file_errors import RatingsFileError

#: Bytes of a file in an archive that are read at most: many times those of the longest list.
BYTES_AT_MOST = 20_000_000
_TYPES = frozenset({".csv", ".tsv", ".txt", ".json"})


def ratings_in(content: bytes) -> bytes:
    """The file of ratings in a zip archive; the content itself when it is none.

    Letterboxd and Trakt export archives of many lists, the ratings in a file that says so.

    Raises:
        RatingsFileError: The archive is damaged, holds no such file or a workbook.
    """
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            archive.open(_ratings_file(archive)) as file,
        ):
            found = file.read(BYTES_AT_MOST + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise RatingsFileError("import.archive") from None
    if len(found) > BYTES_AT_MOST:
        raise RatingsFileError("import.archive")
    return found


def _ratings_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    if "[Content_Types].xml" in archive.namelist():
        raise RatingsFileError("import.workbook")
    files = [member for member in archive.infolist() if _type(member) in _TYPES]
    named = [member for member in files if "rating" in PurePosixPath(member.filename).name.lower()]
    for member in sorted(named or files, key=_rank):
        return member
    raise RatingsFileError("import.archive")


def _type(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _rank(member: zipfile.ZipInfo) -> tuple[bool, int]:
    """Films before series, the list itself before what was deleted."""
    path = PurePosixPath(member.filename)
    return ("show" in path.name or "episode" in path.name, len(path.parts))

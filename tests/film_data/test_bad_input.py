import errno
import gzip
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from snowflake.connector import SnowflakeConnection

import film_data
from film_data.errors import DatasetError
from film_data.sources.tmdb import reader as the_movies_dataset

Rows = Callable[[str], list[tuple[Any, ...]]]

Spoil = Callable[[Path], Path]


def nowhere(folder: Path) -> Path:
    return folder / "missing"


def a_file(folder: Path) -> Path:
    return folder / "ratings.csv"


def empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def wrong_folder(folder: Path) -> Path:
    other = empty_folder(folder)
    (other / "notes.txt").write_text("nothing of films\n")
    return other


def without(name: str) -> Spoil:
    def spoil(folder: Path) -> Path:
        (folder / name).unlink()
        return folder

    return spoil


def content(name: str, data: bytes | Callable[[bytes], bytes]) -> Spoil:
    def spoil(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data if isinstance(data, bytes) else data(path.read_bytes()))
        return folder

    return spoil


def truncated_gzip(folder: Path) -> Path:
    path = folder / "ratings.csv"
    rows = "".join(f"{user},1,4.0,{user * 7919 % 10**9}\n" for user in range(5_000))
    packed = gzip.compress(f"userId,movieId,rating,timestamp\n{rows}".encode())
    (folder / "ratings.csv.gz").write_bytes(packed[: len(packed) // 2])
    path.unlink()
    return folder


def twice(folder: Path) -> Path:
    packed = gzip.compress(b"userId,movieId,rating,timestamp\n9,1,4.0,964982703\n")
    (folder / "ratings.csv.gz").write_bytes(packed)
    return folder


def latin_1(data: bytes) -> bytes:
    rows = "".join(f"{film},Café {film} (1999),Drama\n" for film in range(10, 100))
    return data + rows.encode("iso-8859-1")


FAULTS: dict[str, tuple[Spoil, str]] = {
    "missing folder": (nowhere, r"There is no folder .*missing"),
    "file for a folder": (a_file, r"ratings.csv is a file: give the folder"),
    "empty folder": (empty_folder, r"The folder .*empty is empty"),
    "wrong folder": (wrong_folder, r"holds no MovieLens edition: it needs u.data and u.item"),
    "no films": (without("movies.csv"), r"has ratings.csv but no movies.csv"),
    "no ratings": (without("ratings.csv"), r"has movies.csv but no ratings.csv"),
    "truncated gzip": (truncated_gzip, r"ratings.csv.gz is cut short or damaged"),
    "a file and a packed one": (twice, r"has both ratings.csv and ratings.csv.gz: keep one"),
    "empty file": (content("ratings.csv", b""), r"ratings.csv is empty"),
    "header only": (
        content("ratings.csv", b"userId,movieId,rating,timestamp\n"),
        r"No line of ratings.csv is a rating",
    ),
    "films without rows": (content("movies.csv", b"movieId,title,genres\n"), r"has no films"),
    "wrong delimiter": (
        content("ratings.csv", lambda data: data.replace(b",", b"~")),
        r"ratings.csv has no column userId: its first line must name userId, .*commas, semicolons",
    ),
    "wrong delimiter below the header": (
        content("ratings.csv", b"userId,movieId,rating,timestamp\n1;1;4.0;9\n1;2;4.0;9\n"),
        r"No line of ratings.csv is a rating",
    ),
    "films of another kind": (
        content("movies.csv", b"movieId,title,genres\nx,y\nz,w,v,u\n"),
        r"No row of movies.csv can be read",
    ),
    "UTF-16": (
        content("movies.csv", lambda data: data.decode().encode("utf-16")),
        r"movies.csv is no text in UTF-8",
    ),
    "Latin-1": (content("movies.csv", latin_1), r"movies.csv is not in UTF-8: convert it"),
    "a ZIP file": (content("ratings.csv", b"PK\x03\x04abc"), r"ratings.csv is no text in UTF-8"),
}


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence_and_changes_nothing(
    connection: SnowflakeConnection, rows: Rows, movielens_folder: Path, fault: str
) -> None:
    spoil, sentence = FAULTS[fault]
    with pytest.raises(DatasetError, match=sentence) as raised:
        film_data.load("movielens", spoil(movielens_folder), connection, lambda *_: None)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith(".")
    assert rows("select count(*) from film") == [(3,)]
    assert rows("select count(*) from ratings") == [(3,)]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("the-movies-dataset", "needs at least movies_metadata.csv"),
        ("blockbuster", "no edition of the Blockbuster database"),
    ],
)
def test_the_folder_of_another_data_set_is_refused(
    connection: SnowflakeConnection, movielens_folder: Path, name: str, sentence: str
) -> None:
    with pytest.raises(DatasetError, match=sentence):
        film_data.load(name, movielens_folder, connection, lambda *_: None)


def test_a_folder_without_films_of_the_movies_dataset_is_refused(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "credits.csv").write_text("cast,crew,id\n[],[],1\n")
    with pytest.raises(DatasetError, match="has no films of The Movies Dataset"):
        read(the_movies_dataset.clean, tmp_path)


LIMITED = """
import resource, sys
from pathlib import Path
import film_data, snowflake.connector

connection = snowflake.connector.connect(**eval(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    film_data.load("movielens", Path(sys.argv[1]), connection, lambda *_: None)
except film_data.DatasetError as error:
    sys.exit(str(error))
"""


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("packed", [True, False])
def test_a_disk_without_room_is_one_sentence(
    rows: Rows, warehouse: dict[str, Any], movielens_folder: Path, packed: bool
) -> None:
    path = movielens_folder / "ratings.csv"
    lines = "".join(f"{user},1,4.0,{user * 7919 % 10**9}\n" for user in range(50_000))
    path.write_text(f"userId,movieId,rating,timestamp\n{lines}")
    if packed:
        (movielens_folder / "ratings.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LIMITED, movielens_folder, repr(warehouse), "30000"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.startswith("A file could not be read or written, nothing was changed:")
    assert ended.stderr.count("\n") == 1
    assert rows("select count(*) from ratings") == [(3,)]


def test_a_file_that_may_not_be_read_is_one_sentence(
    connection: SnowflakeConnection, movielens_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> io.BytesIO:
        raise PermissionError(errno.EACCES, "Permission denied", str(movielens_folder))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(DatasetError, match=r"Permission denied"):
        film_data.load("movielens", movielens_folder, connection, lambda *_: None)

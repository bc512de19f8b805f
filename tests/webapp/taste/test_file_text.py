"""Encodings of files, told by the whole file."""

import pytest
from webapp.taste.file_errors import RatingsFileError

FRENCH = "Titre;Note\nAmélie;4,5\nHeat (1995);3,5\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman",
     "cp850"],
)  # fmt: skip
def test_a_french_table_is_read_in_every_encoding_of_spreadsheets(read, encoding):
    assert read(FRENCH.encode(encoding)).ratings() == {"2": 4.5, "3": 3.5}


@pytest.mark.parametrize(
    ("title", "encoding", "film_id"),
    [
        ("Kárhozat", "cp1250", "17"),
        ("Ночной Дозор", "cp1251", "18"),
        ("七人の侍", "cp932", "19"),
        ("七人の侍", "utf-8", "19"),
    ],
)
def test_titles_decide_between_encodings_that_bytes_cannot_tell_apart(
    read, title, encoding, film_id
):
    assert read(f"Title,Rating\n{title},4.5\n".encode(encoding)).ratings() == {film_id: 4.5}


def test_a_text_that_was_encoded_twice_is_undone(read):
    twice = FRENCH.encode().decode("cp1252").encode()
    assert read(twice).ratings() == {"2": 4.5, "3": 3.5}


def test_bytes_that_are_no_text_are_refused(read):
    with pytest.raises(RatingsFileError):
        read(b"title,stars\nHeat\x07,5\n")

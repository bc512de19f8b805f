"""Archives of services, and the file of ratings in them."""

import io
import zipfile

import pytest
from webapp.taste import file_archive
from webapp.taste.file_errors import RatingsFileError

RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n2024-02-29,Heat,1995,https://boxd.it/x,4.5\n"


def archive(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "/"), text)
    return content.getvalue()


def test_the_ratings_are_found_among_the_other_files(read):
    content = archive(
        **{
            "watched.csv": "Date,Name,Year,Letterboxd URI\n",
            "deleted__ratings.csv": RATINGS.replace("4.5", "1.5"),
            "ratings.csv": RATINGS,
        }
    )
    assert read(content).ratings() == {"3": 4.5}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (archive(**{"[Content_Types].xml": "", "xl__sheet.xml": ""}), "import.workbook"),
        (archive(**{"photo.jpg": ""}), "import.archive"),
        (archive(**{"ratings.csv": RATINGS})[:60], "import.archive"),
    ],
    # an archive holds the time at which it was made: workers would disagree about the names
    ids=["a workbook", "no table", "cut off"],
)
def test_an_archive_without_ratings_is_refused(read, content, reason):
    with pytest.raises(RatingsFileError) as refusal:
        read(content)
    assert refusal.value.reason == reason


def test_an_archive_that_unpacks_without_end_is_refused(read, monkeypatch):
    monkeypatch.setattr(file_archive, "BYTES_AT_MOST", 1000)
    content = archive(**{"ratings.csv": "0" * 1001})
    with pytest.raises(RatingsFileError):
        read(content)

from collections.abc import Callable
from pathlib import Path
from typing import Any

from film_data.pipeline.report import TableCount
from film_data.sources.blockbuster import reader as blockbuster

ORIGINAL = (
    "audience_freshness,poster_url,rt_audience_score,rt_freshness,rt_score,2015_inflation,adjusted,"
    "genres,Genre_1,Genre_2,Genre_3,imdb_rating,length,rank_in_year,rating,release_date,studio,"
    "title,worldwide_gross,year\r"
    '92,x,4.3,89,7.5,-0.26%,"$712,903,691.09 ","Sci-Fi\nAdventure\nAction",Sci-Fi,Adventure,Action,'
    '7.8,136,1,PG-13,4-Apr-14,Marvel,Captain America & Co.,"$714,766,572.00 ",2014\r'
    ",,,,,,,,,,,,,,,,,,,\r"
    '70,x,3,70,6,1%,"$1.00 ","Drama",Drama,,,6,100,2,PG,1-May-14,Small,Gone,"$5,000,000.00 ",2014\r'
)
DERIVED = (
    "Main_Genre,Genre_2,Genre_3,imdb_rating,length,rank_in_year,rating,studio,title,"
    "worldwide_gross,year\r\n"
    'Action,Sci-Fi,,7.8,136,1,PG-13,Marvel,Captain America and Co ,"$714,766,573 ",2014\r\n'
    "Comedy,,,6,x,1,PG,Fox,Next,many,2015\r\n"
    "Comedy,,,6,99,first,PG,Fox,No Rank,1000,2015\r\n"
    "Comedy,,,6,99,2,PG,Fox,No Year,1000,soon\r\n"
)


def made_of(read: Callable[..., Any], folder: Path, **files: str) -> Any:
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    return read(blockbuster.clean, folder)


def test_the_original_layout_is_read(read: Callable[..., Any], tmp_path: Path) -> None:
    made = made_of(read, tmp_path, original=ORIGINAL)
    assert made.counts["box_office"] == TableCount(3, 2, 0, 1)
    first = made.rows("blockbuster_films")[0]
    assert (first["release_date"], first["worldwide_gross_usd"]) == ("2014-04-04", 714_766_572)
    assert (first["adjusted_gross_usd"], first["critics_score"]) == (712_903_691, 7.5)
    assert made.rejected == [("box_office", 5, "blank_line")]


def test_a_newer_edition_replaces_the_lists_of_its_years_and_takes_what_it_lacks(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    made = made_of(read, tmp_path, original=ORIGINAL, derived=DERIVED)
    films = {row["film_key"]: row for row in made.rows("blockbuster_films")}
    assert films.keys() == {"2014 captain america and co", "2015 next"}
    merged = films["2014 captain america and co"]
    assert (merged["title"], merged["worldwide_gross_usd"]) == (
        "Captain America and Co",
        714_766_573,
    )
    assert merged["release_date"] == "2014-04-04"
    assert made.counts["box_office"] == TableCount(7, 2, 1, 4)
    assert made.rules == {
        "blank_line": 1, "not_in_newest_edition": 1, "rank_invalid": 1, "year_invalid": 1,
        "edition_replaced": 1, "trimmed": 1, "amount_invalid": 1, "number_invalid": 1,
        "last_year": 1,
    }  # fmt: skip
    gone = [raw for raw in made.cleaned.ledger.rejected["raw_text"] if "Gone" in raw]
    assert gone[0].startswith("70,x,3,70,6")


def test_each_real_edition_can_be_read_alone(
    read: Callable[..., Any], shared_data: Path, tmp_path: Path
) -> None:
    expected = {
        "blockbuster-top_ten_movies_per_year_DFE.csv": TableCount(399, 397, 1, 1),
        "blockbusters_1975_2018.csv": TableCount(437, 437, 0, 0),
        "blockbusters_1975_2020_dollar_strings.csv": TableCount(457, 457, 0, 0),
    }
    for name, count in expected.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).symlink_to(shared_data / "blockbuster" / name)
        assert read(blockbuster.clean, folder).counts["box_office"] == count


def test_the_real_editions_are_merged_by_film(read: Callable[..., Any], shared_data: Path) -> None:
    made = read(blockbuster.clean, shared_data / "blockbuster")
    assert made.counts["box_office"] == TableCount(399 + 437 + 457, 457, 828, 8)
    films = made.rows("blockbuster_films")
    panther = next(row for row in films if row["title"] == "Black Panther")
    assert panther["worldwide_gross_usd"] == 1_346_913_161
    kongs = [row["list_year"] for row in films if row["title"] == "King Kong"]
    assert sorted(kongs) == [1976, 2005]
    assert all(row["release_date"] for row in films if row["list_year"] < 2015)

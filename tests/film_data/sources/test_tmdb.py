import csv
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from film_data.pipeline.report import TableCount
from film_data.sources.tmdb import reader as the_movies_dataset

COLUMNS = (
    "adult", "belongs_to_collection", "budget", "genres", "homepage", "id", "imdb_id",
    "original_language", "original_title", "overview", "popularity", "poster_path",
    "production_companies", "production_countries", "release_date", "revenue", "runtime",
    "spoken_languages", "status", "tagline", "title", "video", "vote_average", "vote_count",
)  # fmt: skip
TOY_STORY = {
    "adult": "FALSE",
    "belongs_to_collection": "{'id': 10194, 'name': 'Toy Story Collection'}",
    "budget": "30000000",
    "genres": "[{'id': 16, 'name': 'Animation'}, {'id': 878, 'name': 'Science Fiction'}]",
    "id": "862",
    "imdb_id": "tt0114709",
    "original_language": "en",
    "original_title": "Toy Story",
    "overview": "Led by Woody,\nAndy's toys live happily.",
    "popularity": "21.946943",
    "production_countries": "[{'iso_3166_1': 'US', 'name': 'United States of America'}]",
    "release_date": "1995-10-30",
    "revenue": "373554033",
    "runtime": "81.0",
    "status": "Released",
    "title": "Toy Story",
    "vote_average": "7.7",
    "vote_count": "5415",
}
CREDITS = (
    "[{'cast_id': 14, 'character': 'Woody (voice)', 'credit_id': 'c1', 'gender': 2, 'id': 31, "
    "'name': 'Tom Hanks', 'order': 0}, {'character': 'x', 'credit_id': 'c2', 'gender': 0, "
    "'id': 32, 'name': '', 'order': 1}]"
)
CREW = (
    "[{'credit_id': 'd1', 'department': 'Directing', 'gender': 2, 'id': 7879, 'job': 'Director', "
    "'name': 'John Lasseter'}]"
)


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def film(**changes: str) -> dict[str, str]:
    return TOY_STORY | changes


def films_of(
    read: Callable[..., Any], folder: Path, rows: list[dict[str, str]]
) -> tuple[list[dict[str, Any]], Any]:
    write(folder / "movies_metadata.csv", COLUMNS, rows)
    made = read(the_movies_dataset.clean, folder)
    return made.rows("tmdb_films"), made


def test_a_film_is_typed(read: Callable[..., Any], tmp_path: Path) -> None:
    rows, made = films_of(read, tmp_path, [film()])
    assert rows == [
        {
            "tmdb_id": 862, "imdb_id": "tt0114709", "title": "Toy Story",
            "original_title": "Toy Story", "original_language": "en",
            "overview": "Led by Woody, Andy's toys live happily.",
            "collection": "Toy Story Collection", "status": "Released",
            "release_date": "1995-10-30", "runtime_minutes": 81, "budget_usd": 30_000_000,
            "revenue_usd": 373_554_033, "popularity": 21.946943, "vote_average": 7.7,
            "vote_count": 5415, "is_adult": False,
        }
    ]  # fmt: skip
    assert [row["genre"] for row in made.rows("tmdb_film_genres")] == ["Animation", "Sci-Fi"]
    assert made.rows("tmdb_film_countries") == [
        {"tmdb_id": 862, "country": "United States", "position": 1, "country_code": "US"}
    ]
    assert made.rules == {}


def test_an_overview_of_two_lines_stays_with_an_id_that_another_program_wrote(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    ids = ("862.0", "1e+05", "7")
    rows, made = films_of(read, tmp_path, [film(id=id_, title=f"Film {id_}") for id_ in ids])
    assert sorted(row["tmdb_id"] for row in rows) == [7, 862, 100_000]
    assert made.counts["film"] == TableCount(3, 3, 0, 0)


def test_values_that_cannot_be_right_are_left_out(read: Callable[..., Any], tmp_path: Path) -> None:
    rows, made = films_of(
        read,
        tmp_path,
        [
            film(
                adult="perhaps", budget="0", revenue="12", runtime="0.0", release_date="soon",
                imdb_id="0",
                overview="No overview found.", genres="[{'id': 16, 'na", popularity="much",
            )
        ],
    )  # fmt: skip
    left_out = (
        "budget_usd", "revenue_usd", "runtime_minutes", "release_date", "imdb_id", "overview",
        "popularity",
    )  # fmt: skip
    assert [rows[0][name] for name in left_out] == [None] * len(left_out)
    assert made.rules == dict.fromkeys(
        [
            "zero_budget", "small_revenue", "runtime_invalid", "date_invalid", "imdb_id_invalid",
            "no_overview", "flag_invalid", "list_unreadable", "number_invalid",
        ],
        1,
    )  # fmt: skip


def test_dates_of_the_united_states_and_mojibake_in_titles_are_repaired(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    mojibake = film(
        release_date="8/13/2015", title="La CitÃ©", original_title="La CitÃ©", adult="TRUE"
    )
    rows, made = films_of(read, tmp_path, [mojibake])
    assert (rows[0]["release_date"], rows[0]["title"]) == ("2015-08-13", "La Cité")
    assert rows[0]["is_adult"] is True
    assert made.rules == {"double_encoded": 1}


def test_an_english_film_without_title_takes_its_original_title(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    french = film(id="2", title="", original_language="fr")
    rows, made = films_of(read, tmp_path, [film(title=""), french])
    assert [row["title"] for row in rows] == ["Toy Story"]
    assert made.rejected == [("film", 4, "title_missing")]
    assert made.rules["title_from_original"] == 1


TORN = film(id="82663", title="Midnight Man", original_title="Midnight Man", overview="A. - By Ø.")


def torn_lines() -> tuple[str, str]:
    values = [TORN.get(name, "").replace("\n", " ") for name in COLUMNS]
    quoted = ['"' + value.replace('"', '""') + '"' if "," in value else value for value in values]
    break_at = COLUMNS.index("overview")
    before, after = quoted[break_at].split(" - ")
    return ",".join([*quoted[:break_at], before]), ",".join(
        [f" - {after}", *quoted[break_at + 1 :]]
    )


def test_a_row_torn_in_two_by_a_line_break_is_put_together(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "movies_metadata.csv"
    write(path, COLUMNS, [film()])
    with path.open("a") as file:
        file.write("\n".join(torn_lines()) + "\n")
    made = read(the_movies_dataset.clean, tmp_path)
    mended = made.rows("tmdb_films")[1]
    assert (mended["tmdb_id"], mended["title"]) == (82663, "Midnight Man")
    assert (mended["release_date"], mended["overview"]) == ("1995-10-30", "A. - By Ø.")
    assert made.counts["film"] == TableCount(3, 2, 1, 0)
    assert made.rules == {"split_row": 1}


def test_the_rest_of_a_torn_row_alone_is_rejected(read: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "movies_metadata.csv"
    write(path, COLUMNS, [film()])
    rest = torn_lines()[1]
    with path.open("a") as file:
        file.write(f"{rest}\n{rest}{',' * (len(COLUMNS) - rest.count(',') - 1)}\n")
    made = read(the_movies_dataset.clean, tmp_path)
    assert made.counts["film"].loaded == 1
    assert [line for _, line, _ in made.rejected] == [4, 5]
    assert all(raw.startswith(" - By Ø.") for raw in made.cleaned.ledger.rejected["raw_text"])


def test_countries_are_told_apart_by_the_codes_in_the_data(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    countries = [
        {"iso_3166_1": code, "name": name}
        for code, name in [
            ("CD", "Congo"), ("CG", "Congo"), ("UG", "Uganda"), ("ME", "Montenegro"),
            ("SU", "Soviet Union"), ("XC", "Czechoslovakia"), ("BO", ""), ("", "Mali"),
        ]
    ]  # fmt: skip
    _, made = films_of(read, tmp_path, [film(production_countries=repr(countries))])
    found = {row["country"]: row["country_code"] for row in made.rows("tmdb_film_countries")}
    assert found == {
        "Democratic Republic of the Congo": "CD", "Republic of the Congo": "CG", "Uganda": "UG",
        "Montenegro": "ME", "Soviet Union": None, "Czechoslovakia": None, "Bolivia": "BO",
        "Mali": "ML",
    }  # fmt: skip


def test_credits_and_keywords_are_read_from_their_lists(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    write(tmp_path / "movies_metadata.csv", COLUMNS, [film()])
    write(
        tmp_path / "credits.csv",
        ("cast", "crew", "id"),
        [{"cast": CREDITS, "crew": CREW, "id": "862"}, {"cast": "[{'a", "crew": "[]", "id": "1"}],
    )
    keywords = "[{'id': 931, 'name': 'jealousy'}, {'id': 4290, 'name': 'toy'}]"
    write(tmp_path / "keywords.csv", ("id", "keywords"), [{"id": "862", "keywords": keywords}])
    made = read(the_movies_dataset.clean, tmp_path)
    people = [(row["name"], row["job"], row["part"]) for row in made.rows("tmdb_credits")]
    assert people == [("Tom Hanks", "Actor", "Woody (voice)"), ("John Lasseter", "Director", None)]
    assert [row["keyword"] for row in made.rows("tmdb_film_keywords")] == ["jealousy", "toy"]
    assert made.rejected == [("credits", 3, "literal")]
    assert made.rules["credit_incomplete"] == 1


def test_a_sample_beside_its_whole_is_not_read(read: Callable[..., Any], tmp_path: Path) -> None:
    write(tmp_path / "movies_metadata.csv", COLUMNS, [film()])
    columns = ("userId", "movieId", "rating", "timestamp")
    rating = dict(zip(columns, ("1", "1", "4.0", "5"), strict=True))
    write(tmp_path / "ratings.csv", columns, [rating, rating | {"userId": "2"}])
    write(tmp_path / "ratings_small.csv", columns, [rating | {"userId": "9"}])
    made = read(the_movies_dataset.clean, tmp_path)
    assert [row["user_id"] for row in made.rows("tmdb_ratings")] == [1, 2]


def test_the_counts_of_the_first_5000_rows_are_those_of_their_source(
    read: Callable[..., Any], shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "the-movies-dataset" / "movies_metadata_first5000.csv.gz"
    (tmp_path / source.name).symlink_to(source)
    made = read(the_movies_dataset.clean, tmp_path)
    assert made.counts == {"film": TableCount(5_000, 4_999, 1, 0)}
    # SOURCE.md counts 7 overviews "No overview found."; one more says "No overview yet.".
    counts = {
        "identical_row": 1, "zero_revenue": 2_734, "zero_budget": 2_812, "small_revenue": 34,
        "small_budget": 30, "runtime_invalid": 50, "no_overview": 8,
    }  # fmt: skip
    assert {name: made.rules.get(name) for name in counts} == counts
    rows = made.rows("tmdb_films")
    assert sum(row["release_date"] is None for row in rows) == 4
    assert sum(row["runtime_minutes"] is None for row in rows) == 56
    assert sum(row["vote_count"] == 0 for row in rows) == 137


def test_every_row_of_the_folder_is_loaded_merged_or_rejected(
    read: Callable[..., Any], shared_data: Path
) -> None:
    made = read(the_movies_dataset.clean, shared_data / "the-movies-dataset")
    assert made.counts["film"] == TableCount(5_000 + 2 + 45_466, 45_433, 5_032, 3)
    assert made.counts["ratings"] == TableCount(100_004, 100_004, 0, 0)
    assert made.counts["links"] == TableCount(9_125, 9_125, 0, 0)
    # Row indexes 19730, 29503 and 35587 of SOURCE.md, counted from 0 below the header.
    shifted = [(line, rule) for table, line, rule in made.rejected if table == "film"]
    assert shifted == [(row + 2, "shifted_row") for row in (19_730, 29_503, 35_587)]
    titles = {row["tmdb_id"]: row["title"] for row in made.rows("tmdb_films")}
    assert titles[902] == "The City of Lost Children"
    assert titles[82_663] == "Midnight Man"


def test_the_random_sample_is_read_in_full(read: Callable[..., Any], shared_data: Path) -> None:
    made = read(the_movies_dataset.clean, shared_data / "the-movies-dataset" / "random_sample_a")
    assert {name: count.loaded for name, count in made.counts.items()} == {
        "film": 500, "credits": 500, "keywords": 500, "ratings": 10_548,
    }  # fmt: skip
    directed = {row["tmdb_id"] for row in made.rows("tmdb_credits") if row["job"] == "Director"}
    assert len(directed) == 500 - 6
    assert len(made.rows("tmdb_links")) == 496


ids = st.lists(st.integers(1, 5), min_size=1, max_size=5)
broken = st.sampled_from(['False,"', "x", ",,,", '1,"a\n', "", torn_lines()[1]])


@pytest.mark.thorough
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ids, st.lists(broken, max_size=3), st.randoms())
def test_order_repetition_and_broken_rows_change_nothing(
    read: Callable[..., Any],
    tmp_path: Path,
    found: list[int],
    injected: list[str],
    chance: random.Random,
) -> None:
    rows = [film(id=str(number), budget=str(number % 2 * 5000)) for number in found]
    expected, _ = films_of(read, tmp_path, rows)
    records = [*rows, *chance.choices(rows, k=2)]
    chance.shuffle(records)
    path = tmp_path / "movies_metadata.csv"
    write(path, COLUMNS, records)
    with path.open("a") as file:
        file.writelines(f"{text}\n" for text in injected)
    made = read(the_movies_dataset.clean, tmp_path)
    assert sorted(made.rows("tmdb_films"), key=str) == sorted(expected, key=str)

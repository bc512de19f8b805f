"""Shapes in which people get MovieLens and TMDB from Kaggle."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from film_data.errors import DatasetError
from film_data.pipeline.report import TableCount
from film_data.sources.movielens import reader as movielens
from film_data.sources.tmdb import reader as tmdb

V11 = (
    "id,title,vote_average,vote_count,status,release_date,revenue,runtime,adult,backdrop_path,"
    "budget,homepage,imdb_id,original_language,original_title,overview,popularity,poster_path,"
    "tagline,genres,production_companies,production_countries,spoken_languages,keywords\n"
    "27205,Inception,8.364,34495,Released,2010-07-15,825532764,148,False,/b.jpg,160000000,"
    'https://x,tt1375666,en,Inception,"Cobb, a thief.",83.952,/p.jpg,Mind.,"Action, Science '
    'Fiction, Adventure","Legendary, Syncopy","United Kingdom, United States of America","English,'
    ' French","rescue, dream"\n'
    "1,Alone,5,10,Released,,0,90,False,,0,,,en,Alone,,1.0,,,Drama,,,,\n"
)
TMDB_5000 = (
    "budget,genres,homepage,id,keywords,original_language,original_title,overview,popularity,"
    "production_companies,production_countries,release_date,revenue,runtime,spoken_languages,"
    "status,tagline,title,vote_average,vote_count\n"
    '237000000,"[{""id"": 28, ""name"": ""Action""}]",http://x,19995,"[{""id"": 1463, ""name"": '
    '""culture clash""}]",en,Avatar,In the 22nd century.,150.4,[],"[{""iso_3166_1"": ""US"", '
    '""name"": ""United States of America""}]",2009-12-10,2787965087,162,[],Released,Enter.,Avatar'
    ",7.2,11800\n"
)
CREDITS_5000 = (
    "movie_id,title,cast,crew\n"
    '19995,Avatar,"[{""cast_id"": 242, ""character"": ""Jake"", ""credit_id"": ""c1"", ""gender"": '
    '2, ""id"": 65731, ""name"": ""Sam Worthington"", ""order"": 0}]",[]\n'
)
WITH_BARS = (
    "id,imdb_id,popularity,budget,revenue,original_title,cast,homepage,director,tagline,keywords,"
    "overview,runtime,genres,production_companies,release_date,vote_count,vote_average,"
    "release_year,budget_adj,revenue_adj\n"
    "135397,tt0369610,32.98,150000000,1513528810,Jurassic World,Chris Pratt|Bryce,,Colin,Open.,"
    "monster|dna,Twenty,124,Action|Adventure,Universal|Amblin,6/9/15,5562,6.5,2015,1.4,1.4\n"
    "262500,tt2908446,13.11,110000000,295238201,Insurgent,Shailene,,Robert,Choice,"
    "revolution,Beatrice,119,Adventure,Summit,3/18/15,2480,6.3,2015,1.1,1.1\n"
)


def test_movielens_20m_of_kaggle_is_read(read: Callable[..., Any], tmp_path: Path) -> None:
    files = {
        "rating": '"userId","movieId","rating","timestamp"\n'
        '1,2,3.5,"2005-04-02 23:53:47"\n1,29,3.5,"2005-04-02 23:31:16"\n',
        "movie": '"movieId","title","genres"\n'
        '2,"Jumanji (1995)","Adventure|Children"\n29,"City (1995)",Drama\n',
        "link": "movieId,imdbId,tmdbId\n2,0113497,8844\n29,0112682,902\n",
        "tag": "userId,movieId,tag,timestamp\n18,29,Mark Waters,2009-04-24 18:19:40\n",
        "genome_tags": "tagId,tag\n1,007\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    made = read(movielens.clean, tmp_path)
    assert made.counts["ratings"] == TableCount(2, 2, 0, 0)
    assert made.rows("movielens_ratings")[0]["rated_at"] == 1_112_486_027
    assert made.rows("movielens_tags")[0]["tagged_at"] == 1_240_597_180
    assert len(made.rows("movielens_links")) == 2
    assert made.rules == {"time_converted": 3}
    assert made.cleaned.source.unread == ["genome_tags.csv"]


def test_lists_joined_by_commas_are_read(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "TMDB_movie_dataset_v11.csv").write_text(V11)
    made = read(tmdb.clean, tmp_path)
    genres = [row["genre"] for row in made.rows("tmdb_film_genres") if row["tmdb_id"] == 27205]
    assert genres == ["Action", "Sci-Fi", "Adventure"]
    countries = [row["country"] for row in made.rows("tmdb_film_countries")]
    assert countries == ["United Kingdom", "United States"]
    assert [row["keyword"] for row in made.rows("tmdb_film_keywords")] == ["rescue", "dream"]


def test_tmdb_5000_is_read_with_its_credits_and_keywords(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "tmdb_5000_movies.csv").write_text(TMDB_5000)
    (tmp_path / "tmdb_5000_credits.csv").write_text(CREDITS_5000)
    made = read(tmdb.clean, tmp_path)
    assert [row["genre"] for row in made.rows("tmdb_film_genres")] == ["Action"]
    assert [row["keyword"] for row in made.rows("tmdb_film_keywords")] == ["culture clash"]
    assert [row["name"] for row in made.rows("tmdb_credits")] == ["Sam Worthington"]


def test_lists_joined_by_bars_and_short_years_are_read(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "tmdb-movies.csv").write_text(WITH_BARS)
    made = read(tmdb.clean, tmp_path)
    genres = [(row["tmdb_id"], row["genre"]) for row in made.rows("tmdb_film_genres")]
    assert set(genres) == {
        (135397, "Action"), (135397, "Adventure"), (262500, "Adventure"),
    }  # fmt: skip
    days = {row["title"]: row["release_date"] for row in made.rows("tmdb_films")}
    assert days == {"Jurassic World": "2015-06-09", "Insurgent": "2015-03-18"}
    (note,) = made.cleaned.ledger.notes
    assert note.startswith("The people in tmdb-movies.csv (cast, director) have no ids and are not")


def test_lists_of_texts_as_python_writes_them_are_read(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    text = V11.replace('"Action, Science Fiction, Adventure"', "\"['Action', 'Science Fiction']\"")
    (tmp_path / "movies.csv").write_text(text.replace(",Drama,", ",[],"))
    made = read(tmdb.clean, tmp_path)
    assert [row["genre"] for row in made.rows("tmdb_film_genres")] == ["Action", "Sci-Fi"]


@pytest.mark.parametrize("genres", ["[28, 12]", "[{'id': 28, 'na", "[[1]]"])
def test_a_column_of_lists_that_nobody_can_read_is_an_error(
    read: Callable[..., Any], tmp_path: Path, genres: str
) -> None:
    films = list(csv.DictReader(V11.splitlines()))
    with (tmp_path / "movies.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(films[0]))
        writer.writeheader()
        writer.writerows(film | {"genres": genres} for film in films)
    with pytest.raises(DatasetError, match=r"No value of the column genres of movies.csv"):
        read(tmdb.clean, tmp_path)

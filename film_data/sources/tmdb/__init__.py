"""The Movies Dataset (Kaggle): films of TMDB with credits, keywords, links and ratings."""

from film_data.matching import film_search
from film_data.matching.film_search import FilmSearch
from film_data.pipeline.rules import SHARED, emptied, merged, noted, rejected, repaired
from film_data.source import Source

_RULES = (
    *rejected(
        shifted_row="The values are shifted: there is a date where the id belongs.",
        literal="The list in the row is cut short or otherwise unreadable.",
    ),
    *merged(
        split_row="A line break tore the row in two; this part is put back behind the one before."
    ),
    SHARED["key_repeated"],
    *repaired(
        title_from_original="The title was missing; the original title, in English, takes its "
        "place."
    ),
    *emptied(
        zero_budget="A budget of 0 means that it is not known.",
        zero_revenue="A revenue of 0 means that it is not known.",
        small_budget="A budget below 1,000 is in a unit that nobody knows.",
        small_revenue="A revenue below 1,000 is in a unit that nobody knows.",
    ),
    SHARED["amount_invalid"],
    *emptied(runtime_invalid="A running time of 0 or above 1,000 minutes cannot be right."),
    SHARED["date_invalid"],
    *emptied(
        no_overview="The overview only says that there is none.",
        list_unreadable="A list of genres, countries or collections is unreadable.",
    ),
    SHARED["imdb_id_invalid"],
    *emptied(flag_invalid="A yes or no is neither."),
    SHARED["number_invalid"],
    *noted(
        credit_incomplete="A credit without person or name, or repeated, is left out of its list."
    ),
)

#: MovieLens's own links; of a film whose link leads nowhere, the film with the same id at IMDb.
_LINKS = """
select tmdb_id, film_id from staging.stg_movielens__films where tmdb_id is not null
union all
select min(tmdb_films.tmdb_id) as tmdb_id, films.film_id
from staging.stg_movielens__films as films
inner join staging.stg_tmdb__films as tmdb_films
    on films.imdb_id = tmdb_films.imdb_id
left join staging.stg_tmdb__films as linked
    on films.tmdb_id = linked.tmdb_id
left join staging.stg_movielens__films as others
    on tmdb_films.tmdb_id = others.tmdb_id
where linked.tmdb_id is null and others.tmdb_id is null
group by films.film_id
"""

SOURCE = Source(
    name="tmdb",
    precedence=2,
    dataset="the-movies-dataset",
    layouts="any of movies_metadata, credits, keywords, links, ratings, TMDB 5000 and "
    "`TMDB_movie_dataset_v11.csv`; told apart by their columns, whatever their names; lists as "
    "Python, as JSON, or joined by commas, bars or semicolons",
    rules=_RULES,
    search=FilmSearch(
        films="select tmdb_id, release_year, title, original_title from staging.stg_tmdb__films",
        among=film_search.OF_MOVIELENS,
        links=_LINKS,
    ),
)

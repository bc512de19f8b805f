"""The Blockbuster database: the ten most successful films of each year."""

from film_data.matching import film_search
from film_data.matching.film_search import FilmSearch
from film_data.pipeline.rules import merged, noted, rejected, repaired
from film_data.source import Source

SOURCE = Source(
    name="blockbuster",
    precedence=4,
    dataset="blockbuster",
    layouts="CrowdFlower's original and the derivatives to 2018 and 2020; several in one folder "
    "are merged, the newest list of a year counts",
    rules=(
        *rejected(
            year_invalid="The year is not one from 1870 to 2100.",
            rank_invalid="The rank in the year is not a whole number.",
            not_in_newest_edition="The newest edition lists the year without this film.",
        ),
        *merged(
            edition_replaced="The film is in several editions; the newest edition is kept, and "
            "takes from the others what it lacks."
        ),
        *repaired(trimmed="The title began or ended with blanks."),
        *noted(
            last_year="The film is of its file's last year: grosses may be domestic or not yet "
            "final."
        ),
    ),
    search=FilmSearch(
        films="select film_key, list_year, title from staging.stg_blockbuster__films",
        among=film_search.OF_CATALOGUE,
        lists_unmatched=True,
    ),
)

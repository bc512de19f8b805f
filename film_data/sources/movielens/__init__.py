"""MovieLens, as GroupLens publishes it: films, links, tags, viewers and ratings."""

from film_data.pipeline.rules import SHARED, noted, rejected
from film_data.source import Source

SOURCE = Source(
    name="movielens",
    precedence=1,
    dataset="movielens",
    layouts="100K (`u.data`, `u.item`), 1M and 10M (`ratings.dat`, `movies.dat`), latest-small, "
    "20M, 25M and 32M (`ratings.csv`, `movies.csv`), 20M as Kaggle gives it (`rating.csv`, "
    "`movie.csv`)",
    rules=(
        *rejected(tag_missing="The tag is empty."),
        *noted(
            year_missing="The title does not end in a year; the year stays empty.",
            genres_missing="The film has no genre in the file.",
            film_twin="The edition has the film under a lower id, too; trainings and lists join "
            "them.",
        ),
        SHARED["no_tmdb_id"],
    ),
)

"""The layouts in which GroupLens publishes MovieLens, told apart by their files."""

from dataclasses import dataclass

from film_data.errors import DatasetError
from film_data.pipeline.files import Folder

#: The flags of `u.item`, in their order.
GENRES_100K = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Files of a MovieLens edition and how they are written."""

    edition: str
    delimiter: str
    ratings: str
    films: str
    film_columns: tuple[str, ...]
    links: str | None = None
    tags: str | None = None
    viewers: str | None = None
    viewer_columns: tuple[str, ...] = ()
    #: The first line of each file names the columns; such files quote, too.
    header: bool = False
    #: Encoding of text files that are not UTF-8.
    fallback: str | None = None
    ratings_delimiter: str | None = None


LAYOUTS = (
    Layout(
        "100K layout", "|", "u.data", "u.item",
        ("movieId", "title", "release_date", "video_release_date", "imdb_url", *GENRES_100K),
        viewers="u.user",
        viewer_columns=("user_id", "age", "gender", "occupation", "postal_code"),
        fallback="iso-8859-1", ratings_delimiter="\t",
    ),
    Layout(
        "1M layout", "::", "ratings.dat", "movies.dat", ("movieId", "title", "genres"),
        viewers="users.dat",
        viewer_columns=("user_id", "gender", "age", "occupation", "postal_code"),
        fallback="iso-8859-1",
    ),
    Layout(
        "csv layout", ",", "ratings.csv", "movies.csv", ("movieId", "title", "genres"),
        links="links.csv", tags="tags.csv", header=True,
    ),
    Layout(
        "Kaggle's csv layout", ",", "rating.csv", "movie.csv", ("movieId", "title", "genres"),
        links="link.csv", tags="tag.csv", header=True,
    ),
)  # fmt: skip


def layout_of(folder: Folder) -> Layout:
    """The layout of the edition in a folder.

    Raises:
        DatasetError: No edition, or half an edition.
    """
    files = folder.files
    for layout in LAYOUTS:
        if layout.ratings in files and layout.films in files:
            return layout
    for layout in LAYOUTS:
        for present, absent in ((layout.ratings, layout.films), (layout.films, layout.ratings)):
            if present in files:
                raise DatasetError(
                    f"The folder {folder.path} has {present} but no {absent}: MovieLens needs both."
                )
    raise DatasetError(
        f"The folder {folder.path} holds no MovieLens edition: it needs u.data and u.item, or "
        "ratings.dat and movies.dat, or ratings.csv and movies.csv, or Kaggle's rating.csv and "
        "movie.csv."
    )

"""Source of features of items and users; any of them may be missing."""

from collections.abc import Iterable, Sequence

import numpy as np
from snowflake.connector.connection import SnowflakeConnection

from recommender.content import content_fit
from recommender.data.features import (
    NO_YEAR,
    Catalogue,
    Features,
    ItemFeatures,
    Labels,
    UserFeatures,
    Years,
)
from recommender.data.ids import IdIndex
from recommender.data.ratings import Ratings
from recommender.errors import RecommenderError
from recommender.snowflake_io import item_columns
from recommender.snowflake_io.item_columns import OTHER_IDS, ItemColumns, words
from recommender.snowflake_io.source import ITEM_COLUMNS, USER_COLUMNS, columns_of
from recommender.snowflake_io.table_name import TableName

#: Columns of the table of users, beside the id.
_USER_FEATURES = ("BIRTH_YEAR", "COUNTRY")

Rows = dict[str, tuple[str | None, ...]]


class FeaturesError(RecommenderError):
    """A table of features contradicts itself."""


def read(
    connection: SnowflakeConnection,
    ratings: Ratings,
    *,
    items: TableName | None,
    users: TableName | None,
) -> Features:
    """Read the features of every item and user.

    Args:
        connection: Session in which binds are `?`.
        ratings: Whose items and users come first.
        items: Table with ITEM_ID and any columns of text, arrays and numbers. GENRES and COUNTRIES
            (arrays, or words between `|`) and RELEASE_YEAR are what filters ask for, too. Its other
            items, which nobody has rated, are read as well.
        users: Table with USER_ID, and any of BIRTH_YEAR, COUNTRY.
    """
    rated = ratings.item_ids.tolist()
    columns = item_columns.read(connection, items, rated)
    of_users = _user_features(
        _rows(connection, users, USER_COLUMNS, _USER_FEATURES), ratings.user_ids.tolist()
    )
    if columns is None:
        return Features(ItemFeatures.none(len(rated)), of_users)
    of_rated, of_new = _item_features(columns).split(len(rated))
    content = content_fit.fit(columns.columns())
    if content is None:
        return Features(of_rated, of_users)
    new_ids = np.array(columns.ids[len(rated) :], np.str_)
    return Features(of_rated, of_users, Catalogue(new_ids, of_new, content))


def other_ids(connection: SnowflakeConnection, items: TableName | None) -> dict[str, str]:
    """The id of an item by each other id of it, as the column OTHER_IDS of its features has them.

    Raises:
        FeaturesError: An id is said to be another id of two items.
    """
    found: dict[str, str] = {}
    for id_, (others,) in _rows(connection, items, ITEM_COLUMNS, (OTHER_IDS,)).items():
        for other in words(others):
            if found.setdefault(other, id_) != id_:
                raise FeaturesError(
                    f"The table {items} has {other!r} among the OTHER_IDS of both {found[other]!r}"
                    f" and {id_!r}: leave it with one item."
                )
    return found


def _item_features(columns: ItemColumns) -> ItemFeatures:
    return ItemFeatures(
        Labels.of(columns.words("GENRES")),
        Labels.of(columns.words("COUNTRIES")),
        _years(columns.texts("RELEASE_YEAR")),
    )


def _user_features(rows: Rows, ids: Sequence[str]) -> UserFeatures:
    years, countries = _of_each(rows, ids, len(_USER_FEATURES))
    return UserFeatures(_years(years), tuple(country or "" for country in countries))


def _rows(
    connection: SnowflakeConnection,
    table: TableName | None,
    id_columns: tuple[str, ...],
    features: tuple[str, ...],
) -> Rows:
    """Each id's features as text; nothing where the table or its id column is missing."""
    columns = columns_of(connection, table) if table else None
    id_column = next((name for name in columns or () if name.upper() in id_columns), None)
    if table is None or columns is None or id_column is None:
        return {}
    # a name is one of the constants above, spelled by the table
    wanted = ", ".join(f'to_varchar("{name}")' if name in columns else "null" for name in features)
    statement = f'select to_varchar("{id_column}"), {wanted} from identifier(?)'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, (table.identifier,))
        return {id_: tuple(known) for id_, *known in cursor.fetchall()}


def _of_each(rows: Rows, ids: Sequence[str], width: int) -> list[list[str | None]]:
    """The columns of some ids, in their order; of an id that is written differently, too."""
    places, known, nothing = IdIndex(list(rows)), list(rows.values()), (None,) * width
    return _columns((known[places[id_]] if id_ in places else nothing for id_ in ids), width)


def _columns(rows: Iterable[tuple[str | None, ...]], width: int) -> list[list[str | None]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]


def _years(texts: Sequence[str | None]) -> Years:
    return np.array(
        [int(text) if text and text.isdecimal() else NO_YEAR for text in texts], np.int32
    )

"""Source of features of items and users; any of them may be missing."""

import json
from collections.abc import Iterable, Sequence

import numpy as np
from snowflake.connector.connection import SnowflakeConnection

from recommender.data.features import NO_YEAR, Features, ItemFeatures, Labels, UserFeatures, Years
from recommender.data.ids import IdIndex
from recommender.data.ratings import Ratings
from recommender.errors import RecommenderError
from recommender.snowflake_io.source import ITEM_COLUMNS, USER_COLUMNS, columns_of
from recommender.snowflake_io.table_name import TableName

#: Columns of the tables, beside the id.
_ITEM_FEATURES = ("GENRES", "COUNTRIES", "RELEASE_YEAR")
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
    """Read the features of every item and user of the ratings.

    Args:
        connection: Session in which binds are `?`.
        ratings: Whose items and users count.
        items: Table with ITEM_ID, and any of GENRES, COUNTRIES (arrays, or words between `|`),
            RELEASE_YEAR.
        users: Table with USER_ID, and any of BIRTH_YEAR, COUNTRY.
    """
    return Features(
        _item_features(
            _rows(connection, items, ITEM_COLUMNS, _ITEM_FEATURES), ratings.item_ids.tolist()
        ),
        _user_features(
            _rows(connection, users, USER_COLUMNS, _USER_FEATURES), ratings.user_ids.tolist()
        ),
    )


def other_ids(connection: SnowflakeConnection, items: TableName | None) -> dict[str, str]:
    """The id of an item by each other id of it, as the column OTHER_IDS of its features has them.

    Raises:
        FeaturesError: An id is said to be another id of two items.
    """
    found: dict[str, str] = {}
    for id_, (others,) in _rows(connection, items, ITEM_COLUMNS, ("OTHER_IDS",)).items():
        for other in _words(others):
            if found.setdefault(other, id_) != id_:
                raise FeaturesError(
                    f"The table {items} has {other!r} among the OTHER_IDS of both {found[other]!r}"
                    f" and {id_!r}: leave it with one item."
                )
    return found


def _item_features(rows: Rows, ids: Sequence[str]) -> ItemFeatures:
    genres, countries, years = _of_each(rows, ids, len(_ITEM_FEATURES))
    return ItemFeatures(
        Labels.of([_words(text) for text in genres]),
        Labels.of([_words(text) for text in countries]),
        _years(years),
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


def _words(text: str | None) -> list[str]:
    """Words of an array as JSON, or of a text with `|` between them."""
    if not text:
        return []
    words = json.loads(text) if text.startswith("[") else text.split("|")
    return [str(word).strip() for word in words if word is not None and str(word).strip()]


def _years(texts: Sequence[str | None]) -> Years:
    return np.array(
        [int(text) if text and text.isdecimal() else NO_YEAR for text in texts], np.int32
    )

"""Columns of a table of item features, of any names: text, lists and numbers."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from snowflake.connector.connection import SnowflakeConnection

from recommender.content.columns import Column, ListColumn, NumberColumn, TextColumn
from recommender.content.content import LIST, NUMBER, TEXT
from recommender.content.words import TEXT_LENGTH
from recommender.data.ids import IdIndex, number_text
from recommender.data.ratings_table import ID_LENGTH
from recommender.progress import print_line
from recommender.snowflake_io.source import ITEM_COLUMNS, columns_of
from recommender.snowflake_io.table_name import TableName

#: Column of an item's other ids, which is no feature.
OTHER_IDS = "OTHER_IDS"
#: Texts that are lists: words with `|` between them.
_LISTS_AS_TEXT = ("GENRES", "COUNTRIES")
#: Kinds by Snowflake's types; a VARIANT may hold an array.
_KINDS = {
    "TEXT": TEXT,
    "ARRAY": LIST,
    "VARIANT": LIST,
    "FIXED": NUMBER,
    "REAL": NUMBER,
    "DECFLOAT": NUMBER,
}

#: Most items without ratings that a model carries: those of the first ids.
MOST_NEW = 200_000

Texts = Sequence[str | None]


@dataclass(frozen=True)
class ItemColumns:
    """Features of items as they are written, by column.

    Attributes:
        ids: Of all items, those of the ratings first and in their order.
        kinds: TEXT, LIST or NUMBER, by name of the column.
        values: One for each item, by name of the column; None where it is not known.
    """

    ids: tuple[str, ...]
    kinds: dict[str, str]
    values: dict[str, Texts]

    def texts(self, name: str) -> Texts:
        """A column as it is written; all None where the table has none of that name."""
        return self.values.get(name, [None] * len(self.ids))

    def words(self, name: str) -> list[list[str]]:
        """A column as lists."""
        return [words(text) for text in self.texts(name)]

    def columns(self) -> list[Column]:
        """All columns by their kinds."""
        return [_column(name, kind, self.values[name]) for name, kind in self.kinds.items()]


def read(
    connection: SnowflakeConnection, table: TableName | None, rated: Sequence[str]
) -> ItemColumns | None:
    """Read the features of all items of a table, and of items with ratings that it lacks.

    Args:
        connection: Session in which binds are `?`.
        table: With an id column and any number of others. Columns of other types than text, array
            and number are left out, with a warning in the log.
        rated: Ids of the items with ratings.

    Returns:
        None where the table or its id column is missing.
    """
    types = columns_of(connection, table) if table else None
    id_column = next((name for name in types or () if name.upper() in ITEM_COLUMNS), None)
    if table is None or types is None or id_column is None:
        return None
    kinds = _kinds(table, types)
    # names are the table's own, and a quote within one is doubled
    wanted = ", ".join([_as_text(id_column), *(_as_text(n, k) for n, k in kinds.items())])
    others = f', to_varchar("{OTHER_IDS}")' if OTHER_IDS in types else ", null"
    statement = f"select {wanted}{others} from identifier(?)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, (table.identifier,))
        return _placed(cursor.fetchall(), kinds, rated, id_kind=_KINDS.get(types[id_column]))


def _kinds(table: TableName, types: dict[str, str]) -> dict[str, str]:
    """Kind of each column that is a feature; a line in the log for one of another type."""
    kinds: dict[str, str] = {}
    for name, type_ in types.items():
        if name.upper() in ITEM_COLUMNS or name == OTHER_IDS:
            continue
        if name in _LISTS_AS_TEXT:
            kinds[name] = LIST
        elif type_ in _KINDS:
            kinds[name] = _KINDS[type_]
        else:
            print_line(
                f"warning: The column {name} of {table} is left out: a feature is text, an array or"
                f" a number, not {type_}."
            )
    return kinds


def _as_text(name: str, kind: str = LIST) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"left({quoted}, {TEXT_LENGTH})" if kind == TEXT else f"to_varchar({quoted})"


def _placed(
    rows: list[tuple[str | None, ...]],
    kinds: dict[str, str],
    rated: Sequence[str],
    *,
    id_kind: str | None,
) -> ItemColumns:
    """The rows in the order of the rated items, then those of other items by their ids."""
    known = {_id(row[0], id_kind): row for row in rows if row[0] is not None}
    places, texts = IdIndex(list(known)), list(known.values())
    mine = [places.get(id_) for id_ in rated]
    taken = {id_ for row in texts for id_ in words(row[-1])}
    taken.update(map(number_text, rated))
    used = {place for place in mine if place is not None}
    new = sorted(
        id_
        for place, id_ in enumerate(known)
        if place not in used and id_ not in taken and _is_sound(id_)
    )
    if len(new) > MOST_NEW:
        print_line(f"warning: Of {len(new)} items without ratings {MOST_NEW} are taken.")
        del new[MOST_NEW:]
    nothing = (None,) * (len(kinds) + 2)
    ordered = [nothing if place is None else texts[place] for place in mine]
    ordered += [known[id_] for id_ in new]
    columns = zip(*ordered, strict=True)
    next(columns)
    return ItemColumns((*rated, *new), kinds, dict(zip(kinds, columns, strict=False)))


def _id(id_: str | None, kind: str | None) -> str:
    return number_text(str(id_)) if kind == NUMBER else str(id_)


def _is_sound(id_: str) -> bool:
    """True of an id that ratings could have."""
    return len(id_) <= ID_LENGTH and "\0" not in id_


def words(text: str | None) -> list[str]:
    """Words of an array as JSON, or of a text with `|` between them."""
    if not text:
        return []
    given = _listed(text) if text.startswith("[") else None
    return [
        str(word).strip()
        for word in (text.split("|") if given is None else given)
        if word is not None and str(word).strip()
    ]


def _listed(text: str) -> list[object] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _column(name: str, kind: str, texts: Texts) -> Column:
    if kind == TEXT:
        return TextColumn(name, tuple(text or "" for text in texts))
    if kind == LIST:
        return ListColumn(name, tuple(tuple(words(text)) for text in texts))
    return NumberColumn(name, np.array([_number(text) for text in texts], np.float64))


def _number(text: str | None) -> float:
    """A finite number; what is none is not known."""
    try:
        value = float(text or "nan")
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan

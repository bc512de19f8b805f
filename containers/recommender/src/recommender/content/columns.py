"""Columns of a table of features, by their kinds; one value for each item, in one order."""

from dataclasses import dataclass

from recommender.arrays import Floats


@dataclass(frozen=True)
class TextColumn:
    """Texts, whose words count: a title, an overview.

    Attributes:
        name: Of the column.
        texts: One for each item, empty where there is none.
    """

    name: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ListColumn:
    """Labels, each of which counts as a whole: genres, keywords, people.

    Attributes:
        name: Of the column.
        labels: Those of each item.
    """

    name: str
    labels: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class NumberColumn:
    """Numbers, of which near ones are alike: a year, a length.

    Attributes:
        name: Of the column.
        values: Shape (items,), not a number where it is not known.
    """

    name: str
    values: Floats


Column = TextColumn | ListColumn | NumberColumn

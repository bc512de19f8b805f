"""Features of items and users; all of them may be missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.arrays import Bools
from recommender.content.content import Content

Years = npt.NDArray[np.int32]

#: Stands for a year that is not known.
NO_YEAR = 0


@dataclass(frozen=True)
class Labels:
    """Words that items carry, several or none each: genres, or countries.

    Attributes:
        names: Shape (labels,), sorted, as they are shown.
        carried: Shape (items, labels), true where an item carries a label.
    """

    names: npt.NDArray[np.str_]
    carried: Bools

    @classmethod
    def of(cls, words: Sequence[Sequence[str]]) -> "Labels":
        """Labels of items, each given as its words."""
        names = sorted({word for some in words for word in some})
        indices = {name: index for index, name in enumerate(names)}
        carried = np.zeros((len(words), len(names)), np.bool_)
        for item, some in enumerate(words):
            carried[item, [indices[word] for word in some]] = True
        return cls(np.array(names, dtype=np.str_), carried)

    def indices(self, words: Sequence[str]) -> list[int]:
        """Places of the labels among `words`, whatever their case; unknown words have none."""
        found = [self._indices.get(word.casefold()) for word in words]
        return [index for index in found if index is not None]

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {name.casefold(): index for index, name in enumerate(self.names.tolist())}

    def any_of(self, words: Sequence[str]) -> Bools:
        """Shape (items,): which items carry one of `words`."""
        return np.asarray(self.carried[:, self.indices(words)].any(axis=1))


@dataclass(frozen=True)
class ItemFeatures:
    """Features of every item, in the order of the items.

    Attributes:
        genres: Words such as Drama.
        countries: Countries of production.
        years: Shape (items,), years of release or NO_YEAR.
    """

    genres: Labels
    countries: Labels
    years: Years

    @classmethod
    def none(cls, items: int) -> "ItemFeatures":
        """Features that are all missing."""
        nothing = Labels.of([[]] * items)
        return cls(nothing, nothing, np.full(items, NO_YEAR, np.int32))

    def split(self, first: int) -> tuple["ItemFeatures", "ItemFeatures"]:
        """Features of so many first items, and of the others."""
        return self._part(slice(None, first)), self._part(slice(first, None))

    def followed_by(self, others: "ItemFeatures") -> "ItemFeatures":
        """Features of these items and of others, whose labels have the same names."""
        return ItemFeatures(
            Labels(self.genres.names, np.vstack([self.genres.carried, others.genres.carried])),
            Labels(
                self.countries.names, np.vstack([self.countries.carried, others.countries.carried])
            ),
            np.concatenate([self.years, others.years]),
        )

    def _part(self, items: slice) -> "ItemFeatures":
        return ItemFeatures(
            Labels(self.genres.names, self.genres.carried[items]),
            Labels(self.countries.names, self.countries.carried[items]),
            self.years[items],
        )


@dataclass(frozen=True)
class UserFeatures:
    """Features of every user of the ratings, in their order.

    Attributes:
        birth_years: Shape (users,), or NO_YEAR.
        countries: One for each user, empty where it is not known.
    """

    birth_years: Years
    countries: tuple[str, ...]

    @classmethod
    def none(cls, users: int) -> "UserFeatures":
        """Features that are all missing."""
        return cls(np.full(users, NO_YEAR, np.int32), ("",) * users)


@dataclass(frozen=True)
class Answers:
    """Answers of a user at sign-up; all of them may be left out."""

    favourite_genres: tuple[str, ...] = ()
    country: str = ""
    birth_year: int = NO_YEAR
    #: One of SEASONS, or empty.
    season: str = ""


#: No question is answered.
NO_ANSWERS = Answers()

#: Of the northern hemisphere: December is the first month of winter.
SEASONS = ("winter", "spring", "summer", "autumn")


@dataclass(frozen=True)
class Catalogue:
    """All items that a table of features has: those with ratings, then those nobody has rated.

    Attributes:
        new_ids: Shape (new items,), sorted ids of items without ratings.
        new_items: Their features, with the same names of genres and countries as the others'.
        content: Of all items, those of the ratings first and in their order.
    """

    new_ids: npt.NDArray[np.str_]
    new_items: ItemFeatures
    content: Content


@dataclass(frozen=True)
class Features:
    """Features of items and users.

    Attributes:
        items: Of every item of the ratings.
        users: Of every user.
        catalogue: None where nothing is known of any item.
    """

    items: ItemFeatures
    users: UserFeatures
    catalogue: Catalogue | None = None

    @classmethod
    def none(cls, users: int, items: int) -> "Features":
        """Features that are all missing."""
        return cls(ItemFeatures.none(items), UserFeatures.none(users))


def seasons_of(times: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int8]:
    """Indices in SEASONS, -1 where a time is not known."""
    months = times.astype("datetime64[M]").astype(np.int64) % 12
    return np.where(np.isnat(times), -1, (months + 1) % 12 // 3).astype(np.int8)


def usual_season(seasons: npt.NDArray[np.int8]) -> str:
    """The name of the most frequent of `seasons_of` some times, empty where none is known."""
    counts = np.bincount(seasons[seasons >= 0])
    return SEASONS[int(counts.argmax())] if len(counts) else ""

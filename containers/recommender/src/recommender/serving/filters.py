"""Filters of recommendations, and the answers given at sign-up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from recommender.arrays import Bools
from recommender.data.features import NO_YEAR, SEASONS, Answers, ItemFeatures, Labels
from recommender.errors import RecommenderError
from recommender.serving.label_names import Kind, known

#: Longest list of ids, and of words, in one filter: the sizes of requests are made for these.
MOST_IDS, MOST_WORDS = 10_000, 1000
#: Years of a range that is open at an end.
_LIMITS = (NO_YEAR + 1, 9999)


class FilterError(RecommenderError):
    """A filter is malformed, or asks for features that the model does not have."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Conditions that every recommendation meets, and the user's answers at sign-up."""

    exclude_items: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    exclude_genres: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    exclude_countries: tuple[str, ...] = ()
    #: First and last year of release.
    years: tuple[int, int] | None = None
    viewer: Answers = field(default_factory=Answers)

    @classmethod
    def parse(cls, document: Mapping[str, Any] | None) -> "Filters":
        """Read filters from JSON; None filters nothing.

        Raises:
            FilterError: A name is unknown, or a value is malformed.
        """
        given = document or {}
        unknown = sorted(given.keys() - _READERS.keys())
        if unknown:
            raise FilterError(
                f"There is no filter {unknown[0][:40]!r}; the filters are {', '.join(_READERS)}."
            )
        values = {
            name: _READERS[name](name, value) for name, value in given.items() if value is not None
        }
        return cls(**values)

    def allowed(self, features: ItemFeatures, indices: Mapping[str, int]) -> Bools:
        """Shape (items,), which items meet the conditions; an item of no known year meets none.

        Args:
            features: Of the items.
            indices: Index of each item by its id.

        Raises:
            FilterError: The model knows no genres, countries or years, but a filter needs them.
            UnknownLabelError: A genre or country is none, under no known name.
        """
        allowed = np.ones(len(features.years), np.bool_)
        excluded = [indices[id_] for id_ in self.exclude_items if id_ in indices]
        allowed[excluded] = False
        allowed &= _by_label("genres", features.genres, self.genres, self.exclude_genres)
        allowed &= _by_label(
            "countries", features.countries, self.countries, self.exclude_countries
        )
        if self.years is not None:
            _need("years", bool((features.years != NO_YEAR).any()), True)
            allowed &= (features.years >= self.years[0]) & (features.years <= self.years[1])
        return allowed

    def answers(self, features: ItemFeatures) -> Answers:
        """The answers at sign-up, favourite genres as the items carry them.

        Raises:
            UnknownLabelError: A favourite genre is none, under no known name.
        """
        if not features.genres.names.size:
            return self.viewer
        favourites = known("genres", features.genres, self.viewer.favourite_genres)
        return replace(self.viewer, favourite_genres=favourites)


def _by_label(kind: Kind, labels: Labels, only: Sequence[str], never: Sequence[str]) -> Bools:
    _need(kind, len(labels.names) > 0, bool(only or never))
    allowed = np.ones(len(labels.carried), np.bool_)
    if only:
        allowed &= labels.any_of(known(kind, labels, only))
    if never:
        allowed &= ~labels.any_of(known(kind, labels, never))
    return allowed


def _need(what: str, has: bool, needs: bool) -> None:
    if needs and not has:
        raise FilterError(
            f"The model knows no {what} of its items:"
            " train it where the view ITEM_FEATURES has them."
        )


def _words(name: str, value: Any, most: int = MOST_WORDS) -> tuple[str, ...]:
    sound = isinstance(value, list) and len(value) <= most
    if not sound or not all(isinstance(word, str) for word in value):
        raise FilterError(
            f"The filter {name} must be a list of at most {most:,} texts, not {value!r:.60}."
        )
    return tuple(value)


def _ids(name: str, value: Any) -> tuple[str, ...]:
    # ids of films are numbers to many callers, and a FLOAT's whole numbers are no others
    if isinstance(value, list):
        value = [str(int(id_)) if _is_whole(id_) else id_ for id_ in value]
    return _words(name, value, MOST_IDS)


def _years(name: str, value: Any) -> tuple[int, int]:
    if isinstance(value, list) and len(value) == 2:
        first, last = (_LIMITS[end] if year is None else year for end, year in enumerate(value))
        if _is_whole(first) and _is_whole(last) and NO_YEAR < first <= last:
            return int(first), int(last)
    raise FilterError(
        f"The filter {name} must be [first year, last year], null for no limit, not {value!r:.60}."
    )


def _is_whole(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _answers(name: str, value: Any) -> Answers:
    if not isinstance(value, dict) or value.keys() - _ANSWERS.keys():
        raise FilterError(
            f"The filter {name} must be an object of {', '.join(_ANSWERS)}, not {value!r:.60}."
        )
    return Answers(
        **{part: _ANSWERS[part](part, said) for part, said in value.items() if said is not None}
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise FilterError(f"The answer {name} must be text, not {value!r:.60}.")
    return value


def _birth_year(name: str, value: Any) -> int:
    if not _is_whole(value) or not 1800 <= value <= 2200:
        raise FilterError(f"The answer {name} must be a year, not {value!r:.60}.")
    return int(value)


def _season(name: str, value: Any) -> str:
    if value not in SEASONS:
        raise FilterError(f"The answer {name} must be one of {', '.join(SEASONS)}.")
    return str(value)


_ANSWERS: dict[str, Callable[[str, Any], Any]] = {
    "favourite_genres": _words,
    "country": _text,
    "birth_year": _birth_year,
    "season": _season,
}
_READERS: dict[str, Callable[[str, Any], Any]] = {
    "exclude_items": _ids,
    "genres": _words,
    "exclude_genres": _words,
    "countries": _words,
    "exclude_countries": _words,
    "years": _years,
    "viewer": _answers,
}

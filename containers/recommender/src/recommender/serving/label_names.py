"""Words for genres and countries that people use, as the labels that a model's items carry.

The names that mean the same are the loaders', in a file that `make film-data` writes.
"""

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

from recommender.data.features import Labels
from recommender.errors import RecommenderError

Kind = Literal["genres", "countries"]

_FILE = "label_names.json"
_SUGGESTIONS = 3
#: Similarity from which a known word is near an unknown one.
_NEAR = 0.6
#: Words so short are codes of countries, which are near to everything.
_CODE_LENGTH = 2


class UnknownLabelError(RecommenderError):
    """A word is no label of the model, and no name that is known to mean one."""


def known(kind: Kind, labels: Labels, words: Iterable[str]) -> tuple[str, ...]:
    """The labels that `words` mean; a known genre or country that no item carries is none.

    Args:
        kind: Kind of the labels.
        labels: Of the model's items.
        words: In any case, with or without marks, blanks and punctuation, or other names.

    Raises:
        UnknownLabelError: A word means nothing; names the nearest known ones.
    """
    return tuple(label for word in words for label in _labels(kind, labels, word))


def _labels(kind: Kind, labels: Labels, word: str) -> Sequence[str]:
    if labels.indices([word]):
        return [word]
    wanted = _letters(word)
    meant = _groups(kind).get(wanted, frozenset({wanted}))
    found = [name for name in labels.names.tolist() if _letters(name) in meant]
    if not found and wanted not in _groups(kind):
        raise UnknownLabelError(_sentence(kind, labels, word))
    return found


def _sentence(kind: Kind, labels: Labels, word: str) -> str:
    singular = {"genres": "genre", "countries": "country"}[kind]
    nearest = _nearest(kind, labels, word)
    help_ = f"the nearest are {', '.join(nearest)}" if nearest else "no known name is near it"
    return f"There is no {singular} {word[:40]!r}; {help_}."


def _nearest(kind: Kind, labels: Labels, word: str) -> list[str]:
    """Names with the word in them, then those that are spelled like it; one for each meaning."""
    names = {_letters(name): group[0] for group in _names()[kind] for name in group}
    names |= {_letters(name): name for name in labels.names.tolist() if _letters(name) not in names}
    names = {letters: name for letters, name in names.items() if len(letters) > _CODE_LENGTH}
    wanted = _letters(word[:40])
    within = [letters for letters in names if len(wanted) > _CODE_LENGTH and wanted in letters]
    near = difflib.get_close_matches(wanted, names, _SUGGESTIONS, _NEAR)
    return list(dict.fromkeys(names[letters] for letters in (*within, *near)))[:_SUGGESTIONS]


@cache
def _groups(kind: Kind) -> dict[str, frozenset[str]]:
    """The names that mean the same as a name, each by its letters."""
    groups = [frozenset(map(_letters, group)) for group in _names()[kind]]
    return {letters: group for group in groups for letters in group}


@cache
def _names() -> dict[Kind, list[list[str]]]:
    text = files("recommender.serving").joinpath(_FILE).read_text(encoding="utf-8")
    names: dict[Kind, list[list[str]]] = json.loads(text)
    return names


def _letters(name: str) -> str:
    """A name without case, marks, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]", "", "".join(c for c in plain if not unicodedata.combining(c)))

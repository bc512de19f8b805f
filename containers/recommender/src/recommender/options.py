"""Statement of options, and values from text.

Values are strings by SageMaker's contract. Options of all trainings stand here; a ranking model
states its own beside itself, and `training.option_table` gathers them.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

from recommender.errors import RecommenderError

_Stated = TypeVar("_Stated")


class OptionError(RecommenderError):
    """An option is unknown, malformed or out of range; the message names it."""


@dataclass(frozen=True)
class Number:
    """An option that is a number; both ends of its range are allowed values.

    Attributes:
        default: None where the ratings decide; then `rule` says for the documents what comes of it.
        minimum: Least value.
        maximum: Greatest value.
        meaning: What the option is.
        rule: What decides.
    """

    default: int | float | None
    minimum: int | float
    maximum: int | float
    meaning: str
    rule: str = ""

    @property
    def is_whole(self) -> bool:
        """True if the value is a whole number, as the ends of its range are."""
        return isinstance(self.minimum, int)

    def parse(self, name: str, text: str) -> int | float:
        """Read the value of option `name`.

        Raises:
            OptionError: `text` is no such number, or out of range.
        """
        whole = self.is_whole
        value = _whole(text) if whole else _real(text)
        if value is None or not self.minimum <= value <= self.maximum:
            raise OptionError(
                f"The option {name} must be a {'whole ' if whole else ''}number from {self.minimum}"
                f" to {self.maximum}, not {text[:40]!r}."
            )
        return value


@dataclass(frozen=True)
class Choice:
    """An option that is one of a few words."""

    default: str
    allowed: tuple[str, ...]
    meaning: str

    def parse(self, name: str, text: str) -> str:
        """Read the value of option `name`.

        Raises:
            OptionError: `text` is none of the words.
        """
        if text not in self.allowed:
            raise OptionError(
                f"The option {name} must be one of {', '.join(self.allowed)}, not {text[:40]!r}."
            )
        return text


def number(
    default: float | None, minimum: float, maximum: float, meaning: str, *, rule: str = ""
) -> Any:
    """A field of a dataclass that states options: a number, whole if its least value is."""
    stated = Number(default, minimum, maximum, meaning, rule)
    return field(default=default, metadata={"option": stated})


def stated_by(kind: type) -> dict[str, Number | Choice]:
    """Options that a dataclass states, by name and in its order."""
    return {each.name: each.metadata["option"] for each in fields(kind)}


@dataclass(frozen=True, kw_only=True)
class RatingOptions:
    """Options of the rating models."""

    n_factors: int = number(100, 1, 1000, "length of a user's and an item's factor vector")
    n_epochs: int = number(30, 1, 1000, "passes over all ratings; samples, for bayesian")
    lr_all: float = number(0.025, 1e-6, 1.0, "learning rate of biases and factors")
    lr_decay: float = number(0.96, 0.5, 1.0, "factor of the learning rate from epoch to epoch")
    reg_all: float | None = number(
        None,
        0.0,
        10.0,
        "regularization of biases and factors",
        rule="by the noise and the number of the ratings: 0.0615 for MovieLens 100K",
    )
    init_std_dev: float = number(0.005, 0.0, 1.0, "spread of the factors that learning starts from")


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """Options of the training job, whatever it learns."""

    seed: int = number(0, 0, 2**32 - 1, "start of the random numbers: same seed, same model")
    top_n: int = number(10, 1, 1000, "recommendations per user in the output table")
    folds: int = number(5, 2, 20, "parts of the cross-validation")


@dataclass(frozen=True, kw_only=True)
class ListOptions:
    """Options of lists, each from 0, which leaves the order of the scores, to 1."""

    diversity: float = number(0.0, 0.0, 1.0, "how much a list avoids items that are alike")
    familiarity: float = number(
        0.0, 0.0, 1.0, "how far a list is drawn to items as popular as those that the user rates"
    )

    @property
    def are_usual(self) -> bool:
        """True if lists are in the order of the scores."""
        return not self.diversity and not self.familiarity


#: Lists in the order of their scores.
USUAL = ListOptions()


@dataclass(frozen=True, kw_only=True)
class Options(RatingOptions, JobOptions, ListOptions):
    """Validated values of one training.

    Attributes:
        algorithm: Name of the rating model.
        ranking: Name of the ranking model, or `auto`.
        rankers: Values of the ranking models' own options, by name.
    """

    algorithm: str
    ranking: str
    rankers: Mapping[str, int | float | None]

    def of(self, kind: type[_Stated]) -> _Stated:
        """The values of a ranking model's own options.

        Args:
            kind: The dataclass that states them.
        """
        return kind(**{name: self.rankers[name] for name in stated_by(kind)})

    def as_dict(self) -> dict[str, int | float | str]:
        """Values of all options by name, without those that the ratings decide."""
        values = asdict(self)
        values.pop("rankers")
        stated = values | dict(self.rankers)
        return {name: value for name, value in stated.items() if value is not None}


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text) else None


def _real(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None

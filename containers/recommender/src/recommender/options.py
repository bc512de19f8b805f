"""The algorithm's options: strings by SageMaker's contract, validated here.

`OPTIONS` documents every option, its default and its range.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from recommender.errors import RecommenderError


class OptionError(RecommenderError):
    """An option is unknown, malformed or out of range; the message names it."""


@dataclass(frozen=True)
class Number:
    """An option that is a number; both ends of its range are allowed values."""

    default: int | float
    minimum: int | float
    maximum: int | float
    meaning: str

    def parse(self, name: str, text: str) -> int | float:
        """Read the value of option `name`.

        Raises:
            OptionError: `text` is no such number, or out of range.
        """
        whole = isinstance(self.default, int)
        value = _whole(text) if whole else _real(text)
        if value is None or not self.minimum <= value <= self.maximum:
            raise OptionError(
                f"The option {name} must be a {'whole ' if whole else ''}number from {self.minimum}"
                f" to {self.maximum}, not {text[:40]!r}."
            )
        return value


OPTIONS = {
    "n_factors": Number(100, 1, 1000, "length of a user's and an item's factor vector"),
    "n_epochs": Number(20, 1, 1000, "passes over all ratings"),
    "lr_all": Number(0.005, 1e-6, 1.0, "learning rate of biases and factors"),
    "reg_all": Number(0.02, 0.0, 10.0, "regularization of biases and factors"),
    "seed": Number(0, 0, 2**32 - 1, "start of the random numbers: same seed, same model"),
    "top_n": Number(10, 1, 1000, "recommendations per user in the output table"),
    "folds": Number(5, 2, 20, "parts of the cross-validation"),
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """Validated values; `OPTIONS` says what they mean."""

    n_factors: int
    n_epochs: int
    lr_all: float
    reg_all: float
    seed: int
    top_n: int
    folds: int

    @classmethod
    def parse(cls, strings: Mapping[str, str]) -> "Options":
        """Read options, the default for every one that is missing.

        Raises:
            OptionError: One is unknown, malformed or out of range.
        """
        unknown = sorted(strings.keys() - OPTIONS.keys())
        if unknown:
            raise OptionError(
                f"There is no option {unknown[0][:40]!r}; the options are {', '.join(OPTIONS)}."
            )
        values: dict[str, Any] = {
            name: number.parse(name, strings[name]) if name in strings else number.default
            for name, number in OPTIONS.items()
        }
        return cls(**values)

    def as_dict(self) -> dict[str, int | float]:
        """Every value by its name."""
        return asdict(self)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text) else None


def _real(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None

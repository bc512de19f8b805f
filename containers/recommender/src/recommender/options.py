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


OPTIONS: dict[str, Number | Choice] = {
    "algorithm": Choice(
        "biased_mf",
        ("biased_mf", "svd", "bayesian"),
        "how ratings are estimated: compiled matrix factorization; scikit-surprise's SVD;"
        " a Bayesian factorization, slower and more accurate",
    ),
    "n_factors": Number(100, 1, 1000, "length of a user's and an item's factor vector"),
    "n_epochs": Number(30, 1, 1000, "passes over all ratings; samples, for bayesian"),
    "lr_all": Number(0.035, 1e-6, 1.0, "learning rate of biases and factors"),
    "lr_decay": Number(0.95, 0.5, 1.0, "factor of the learning rate from epoch to epoch"),
    "reg_all": Number(0.08, 0.0, 10.0, "regularization of biases and factors"),
    "init_std_dev": Number(0.005, 0.0, 1.0, "spread of the factors that learning starts from"),
    "ranking": Choice(
        "auto",
        ("auto", "ease", "als", "popularity", "estimate"),
        "how items are ordered; auto is ease while its weights stay within 256 MB, then als;"
        " estimate orders by estimated rating",
    ),
    "ease_reg": Number(150.0, 1.0, 1e6, "regularization of the ranking ease"),
    "als_factors": Number(64, 1, 1000, "length of the factor vectors of the ranking als"),
    "als_reg": Number(30.0, 1e-3, 1e6, "regularization of the ranking als"),
    "seed": Number(0, 0, 2**32 - 1, "start of the random numbers: same seed, same model"),
    "top_n": Number(10, 1, 1000, "recommendations per user in the output table"),
    "folds": Number(5, 2, 20, "parts of the cross-validation"),
}

#: Defaults of the algorithms that want other ones; scikit-surprise's own for its SVD.
ALGORITHM_DEFAULTS: dict[str, dict[str, int | float]] = {
    "svd": {
        "n_epochs": 20,
        "lr_all": 0.005,
        "lr_decay": 1.0,
        "reg_all": 0.02,
        "init_std_dev": 0.1,
    },
    "bayesian": {"n_factors": 20, "n_epochs": 200},
}


def default_of(name: str, algorithm: str) -> int | float | str:
    """Default of an option for an algorithm."""
    return ALGORITHM_DEFAULTS.get(algorithm, {}).get(name, OPTIONS[name].default)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Validated values; `OPTIONS` says what they mean."""

    algorithm: str
    n_factors: int
    n_epochs: int
    lr_all: float
    lr_decay: float
    reg_all: float
    init_std_dev: float
    ranking: str
    ease_reg: float
    als_factors: int
    als_reg: float
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
            name: OPTIONS[name].parse(name, text) for name, text in strings.items()
        }
        algorithm = values.get("algorithm", OPTIONS["algorithm"].default)
        defaults = {name: default_of(name, algorithm) for name in OPTIONS}
        return cls(**(defaults | values))

    def as_dict(self) -> dict[str, int | float | str]:
        """Every value by its name."""
        return asdict(self)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text) else None


def _real(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None

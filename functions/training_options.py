"""The options of `start_training`: validated here at once, and again by the training job.

The job's own table is in the recommender; a contract test holds both equal.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from functions.errors import RefusedError


@dataclass(frozen=True)
class Range:
    """Values that an option takes, both ends included."""

    minimum: int | float
    maximum: int | float
    whole: bool = True

    def __str__(self) -> str:
        """As a sentence says it."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.minimum} to {self.maximum}"


@dataclass(frozen=True)
class Words:
    """An option that is one of a few words."""

    allowed: tuple[str, ...]

    def __str__(self) -> str:
        """As a sentence says it."""
        return f"one of {', '.join(self.allowed)}"


OPTIONS: dict[str, Range | Words] = {
    "algorithm": Words(("biased_mf", "svd", "bayesian")),
    "n_factors": Range(1, 1000),
    "n_epochs": Range(1, 1000),
    "lr_all": Range(1e-6, 1.0, whole=False),
    "lr_decay": Range(0.5, 1.0, whole=False),
    "reg_all": Range(0.0, 10.0, whole=False),
    "init_std_dev": Range(0.0, 1.0, whole=False),
    "ranking": Words(("auto", "ease", "als", "popularity", "estimate")),
    "ease_reg": Range(1.0, 1e6, whole=False),
    "als_factors": Range(1, 1000),
    "als_reg": Range(1e-3, 1e6, whole=False),
    "seed": Range(0, 2**32 - 1),
    "top_n": Range(1, 1000),
    "folds": Range(2, 20),
}

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_NUMBER = 40


def read_options(options: Any) -> dict[str, str]:
    """Hyperparameters, as the strings that SageMaker takes, of an OBJECT of options.

    Args:
        options: A JSON object, or None for the defaults; numbers may be JSON numbers or text.

    Raises:
        RefusedError: It is not an object, or an option is unknown, malformed or out of range.
    """
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise RefusedError(
            "InvalidOptions", "The options must be an object, for example {'n_factors': 50}."
        )
    return {name: _read(name, value) for name, value in options.items() if value is not None}


def _read(name: str, value: Any) -> str:
    allowed = OPTIONS.get(name)
    if allowed is None:
        raise RefusedError(
            "InvalidOptions",
            f"There is no option {name[:40]!r}; the options are {', '.join(OPTIONS)}.",
        )
    text = "" if isinstance(value, bool) else str(value).strip()
    fits = text in allowed.allowed if isinstance(allowed, Words) else _fits(allowed, text)
    if not fits:
        raise RefusedError("InvalidOptions", f"The option {name} must be {allowed}.")
    if isinstance(allowed, Words):
        return text
    return str(int(Decimal(text))) if allowed.whole else repr(float(text))


def _fits(allowed: Range, text: str) -> bool:
    number = float(text) if _is_number(text) else math.nan
    in_range = allowed.minimum <= number <= allowed.maximum
    return in_range and (number.is_integer() or not allowed.whole)


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None

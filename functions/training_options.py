"""The options of `start_training`: validated here at once, and again by the training job.

The job's own table is in the recommender, which this package may not import: `make options` writes
it to the file beside this module.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from functions import error_codes
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


_TABLE = Path(__file__).with_suffix(".json")


def _option(allowed: dict[str, Any]) -> Range | Words:
    return Words(tuple(allowed["allowed"])) if "allowed" in allowed else Range(**allowed)


OPTIONS: dict[str, Range | Words] = {
    name: _option(allowed)
    for name, allowed in json.loads(_TABLE.read_text(encoding="utf-8")).items()
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
            error_codes.INVALID_OPTIONS,
            "The options must be an object, for example {'n_factors': 50}.",
        )
    return {name: _read(name, value) for name, value in options.items() if value is not None}


def _read(name: str, value: Any) -> str:
    allowed = OPTIONS.get(name)
    if allowed is None:
        raise RefusedError(
            error_codes.INVALID_OPTIONS,
            f"There is no option {name[:40]!r}; the options are {', '.join(OPTIONS)}.",
        )
    text = "" if isinstance(value, bool) else str(value).strip()
    fits = text in allowed.allowed if isinstance(allowed, Words) else _fits(allowed, text)
    if not fits:
        raise RefusedError(
            error_codes.INVALID_OPTIONS,
            f"The option {name} must be {allowed}.",
        )
    if isinstance(allowed, Words):
        return text
    return str(int(Decimal(text))) if allowed.whole else repr(float(text))


def _fits(allowed: Range, text: str) -> bool:
    number = float(text) if _is_number(text) else math.nan
    in_range = allowed.minimum <= number <= allowed.maximum
    return in_range and (number.is_integer() or not allowed.whole)


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) is not None

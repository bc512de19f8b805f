"""Table of all options: those of every training, and those that ranking models state.

Run as `python -m recommender.training.option_table`, it prints the table as the API's Lambda
functions keep it: they may not import this package, and refuse a wrong option at once.
"""

import json
from collections.abc import Mapping
from typing import Any

from recommender.options import (
    Choice,
    JobOptions,
    ListOptions,
    Number,
    OptionError,
    Options,
    RatingOptions,
    stated_by,
)
from recommender.ranking.registry import RANKERS
from recommender.rating.registry import ALGORITHMS, DEFAULTS

_OF_RANKERS: dict[str, Number | Choice] = {
    name: option
    for ranker in RANKERS.values()
    for name, option in stated_by(ranker.options_type).items()
}

OPTIONS: dict[str, Number | Choice] = {
    "algorithm": Choice(
        "biased_mf",
        tuple(ALGORITHMS),
        "how ratings are estimated: compiled matrix factorization; scikit-surprise's SVD;"
        " a Bayesian factorization, slower and more accurate",
    ),
    **stated_by(RatingOptions),
    "ranking": Choice(
        "auto",
        ("auto", *RANKERS),
        "how items are ordered; auto is ease while its weights stay within 256 MB, then als;"
        " estimate orders by estimated rating",
    ),
    **_OF_RANKERS,
    **stated_by(JobOptions),
    **stated_by(ListOptions),
}


def default_of(name: str, algorithm: str) -> int | float | str | None:
    """Default of an option for an algorithm; None where the ratings decide."""
    return DEFAULTS.get(algorithm, {}).get(name, OPTIONS[name].default)


def parse_options(strings: Mapping[str, str]) -> Options:
    """Read options, the default for every one that is missing.

    Raises:
        OptionError: One is unknown, malformed or out of range.
    """
    unknown = sorted(strings.keys() - OPTIONS.keys())
    if unknown:
        raise OptionError(
            f"There is no option {unknown[0][:40]!r}; the options are {', '.join(OPTIONS)}."
        )
    given: dict[str, Any] = {
        name: OPTIONS[name].parse(name, text) for name, text in strings.items()
    }
    algorithm = given.get("algorithm", str(OPTIONS["algorithm"].default))
    values = {name: default_of(name, algorithm) for name in OPTIONS} | given
    rankers = {name: values.pop(name) for name in _OF_RANKERS}
    return Options(**values, rankers=rankers)


def as_json() -> str:
    """The values that each option takes, without defaults and meanings."""
    allowed = {name: _allowed(option) for name, option in OPTIONS.items()}
    return json.dumps(allowed, indent=2) + "\n"


def _allowed(option: Number | Choice) -> dict[str, Any]:
    if isinstance(option, Choice):
        return {"allowed": option.allowed}
    return {"minimum": option.minimum, "maximum": option.maximum, "whole": option.is_whole}


if __name__ == "__main__":
    print(as_json(), end="")

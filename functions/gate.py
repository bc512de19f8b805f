"""The gate in front of promotions: a candidate's figures against limits, each rule by itself.

The figures are those that trainings record: on ratings held back from the very table that was
trained on. Two trainings of one table are compared on what neither has seen; where the table has
grown in between, on what each has not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import ge, gt, le
from typing import Literal, cast

from functions.job_metrics import score
from functions.settings import DeploySettings
from functions.typed_dict import TypedDict

Bound = Literal["above", "at least", "at most"]

_COMPARE = {"above": gt, "at least": ge, "at most": le}
_NO_FIGURE = "no figure"
_TEXT = re.compile(r"(?P<figure>.+) (?P<bound>above|at least|at most) (?P<limit>.+)")


class GateRule(TypedDict):
    """A rule of the gate: its figure, its limit, and whether the figure keeps it."""

    rule: str
    figure: float | None
    bound: Bound
    limit: float
    passed: bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A figure and its limit."""

    name: str
    #: None: the training recorded none.
    figure: float | None
    bound: Bound
    limit: float

    @property
    def passed(self) -> bool:
        """True if the figure is there and keeps the limit."""
        return self.figure is not None and bool(_COMPARE[self.bound](self.figure, self.limit))

    def answer(self) -> GateRule:
        """The rule as SQL shows it."""
        return {
            "rule": self.name,
            "figure": self.figure,
            "bound": self.bound,
            "limit": self.limit,
            "passed": self.passed,
        }

    def __str__(self) -> str:
        """The rule in the letters that the registry's metadata may have."""
        figure = _NO_FIGURE if self.figure is None else repr(self.figure)
        return f"{figure} {self.bound} {self.limit!r}"

    @classmethod
    def of_text(cls, name: str, text: str) -> "Rule":
        """The rule that `str` wrote.

        Raises:
            ValueError: It did not.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no rule of the gate.")
        figure = None if match["figure"] == _NO_FIGURE else float(match["figure"])
        bound = cast("Bound", match["bound"])
        return cls(name=name, figure=figure, bound=bound, limit=float(match["limit"]))


def rules_for(
    candidate: Mapping[str, float], champion: Mapping[str, float] | None, settings: DeploySettings
) -> list[Rule]:
    """The rules for a candidate.

    Args:
        candidate: Metrics of its training.
        champion: Metrics of the training whose model serves; None: none does.
        settings: Tolerance and limits.
    """
    rules = [*_of_itself(candidate, settings)]
    return rules if champion is None else [*rules, *_beside(candidate, champion, settings)]


def _of_itself(candidate: Mapping[str, float], settings: DeploySettings) -> Iterator[Rule]:
    yield Rule(
        name="better_than_most_popular",
        figure=_figure(candidate, "ndcg_at_10"),
        bound="above",
        limit=score(candidate.get("popular_ndcg_at_10", 0.0)),
    )
    repeated = candidate.get("duplicates", 0.0)
    if rows := candidate.get("ratings", 0.0) + repeated:
        yield Rule(
            name="repeated_ratings",
            figure=score(repeated / rows),
            bound="at most",
            limit=settings.most_repeated_percent / 100,
        )


def _beside(
    candidate: Mapping[str, float], champion: Mapping[str, float], settings: DeploySettings
) -> Iterator[Rule]:
    tolerance = settings.tolerance_percent / 100
    limits: dict[str, tuple[str, Bound, float]] = {
        "ranking": ("ndcg_at_10", "at least", 1 - tolerance),
        "estimates": ("rmse", "at most", 1 + tolerance),
        "number_of_ratings": ("ratings", "at least", settings.least_ratings_percent / 100),
    }
    for name, (metric, bound, share) in limits.items():
        if metric in champion:
            limit = score(champion[metric] * share)
            yield Rule(name=name, figure=_figure(candidate, metric), bound=bound, limit=limit)


def _figure(metrics: Mapping[str, float], name: str) -> float | None:
    return score(metrics[name]) if name in metrics else None

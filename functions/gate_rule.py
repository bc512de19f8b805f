"""A rule of the gate: a figure and its limit, as SQL shows them and as the registry keeps them."""

import re
from dataclasses import dataclass
from operator import ge, gt, le
from typing import Literal, NotRequired, cast

from functions.typed_dict import TypedDict

#: The rule of an endpoint's smoke test, which the nightly loop adds to those of the gate.
WRONG_ANSWERS = "wrong_answers"
Bound = Literal["above", "at least", "at most"]
#: Ratings newer than the model that serves, or those that each training held back.
RatingsOf = Literal["new", "held-out"]

_COMPARE = {"above": gt, "at least": ge, "at most": le}
_NO_FIGURE = "no figure"
_TEXT = re.compile(
    r"(?P<figure>.+) (?P<bound>above|at least|at most) (?P<limit>\S+)"
    r"(?: on (?P<ratings>new|held-out) ratings)?"
    r"(?: differing by (?P<low>\S+) to (?P<high>\S+))?"
)


class Difference(TypedDict):
    """The 95 % confidence interval of a candidate's figure minus that of what serves."""

    low: float
    high: float


class GateRule(TypedDict):
    """A rule of the gate: its figure, its limit, and whether the figure keeps it.

    `ratings` says which ratings the figure is of: those that are newer than what serves, or those
    that the training held out; `difference` how sure its distance to that of what serves is.
    """

    rule: str
    figure: float | None
    bound: Bound
    limit: float
    passed: bool
    ratings: NotRequired[RatingsOf]
    difference: NotRequired[Difference]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A figure and its limit."""

    name: str
    #: None: the training recorded none.
    figure: float | None
    bound: Bound
    limit: float
    #: None: it is no figure of lists or estimates.
    ratings: RatingsOf | None = None
    #: None: it is not compared with what serves, or how sure it is, is not known.
    difference: Difference | None = None

    @property
    def passed(self) -> bool:
        """True if the figure is there and keeps the limit."""
        return self.figure is not None and bool(_COMPARE[self.bound](self.figure, self.limit))

    def answer(self) -> GateRule:
        """The rule as SQL shows it."""
        answer: GateRule = {
            "rule": self.name,
            "figure": self.figure,
            "bound": self.bound,
            "limit": self.limit,
            "passed": self.passed,
        }
        if self.ratings is not None:
            answer["ratings"] = self.ratings
        if self.difference is not None:
            answer["difference"] = self.difference
        return answer

    def sentence(self) -> str:
        """The rule for people who ask why a version was not promoted."""
        figure = "has no figure" if self.figure is None else f"is {self.figure:g}"
        ratings = "" if self.ratings is None else f" on {self.ratings} ratings"
        wanted = f"{self.name} {figure} and must be {self.bound} {self.limit:g}{ratings}"
        if self.difference is None:
            return wanted
        return (
            f"{wanted} (its difference to what serves is {self.difference['low']:g} to"
            f" {self.difference['high']:g} with 95 % confidence)"
        )

    def __str__(self) -> str:
        """The rule in the letters that the registry's metadata may have, which are few."""
        figure = _NO_FIGURE if self.figure is None else repr(self.figure)
        text = f"{figure} {self.bound} {self.limit!r}"
        if self.ratings is not None:
            text += f" on {self.ratings} ratings"
        if self.difference is not None:
            text += f" differing by {self.difference['low']!r} to {self.difference['high']!r}"
        return text

    @classmethod
    def of_text(cls, name: str, text: str) -> "Rule":
        """The rule that `str` wrote.

        Raises:
            ValueError: It did not.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no rule of the gate.")
        low, high = match["low"], match["high"]
        return cls(
            name=name,
            figure=None if match["figure"] == _NO_FIGURE else float(match["figure"]),
            bound=cast("Bound", match["bound"]),
            limit=float(match["limit"]),
            ratings=cast("RatingsOf | None", match["ratings"]),
            difference=None if low is None else {"low": float(low), "high": float(high)},
        )

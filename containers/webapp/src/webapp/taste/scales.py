"""Scales of ratings: what the numbers of a file are worth in stars."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LOWEST_STARS, HIGHEST_STARS = 0.5, 5.0
#: Highest ratings of the scales in use.
SCALES = (5, 10, 20, 100)
_RATINGS_TO_AN_OUTLIER = 50
#: A rating with the scale behind it, as 8/10, or in percent.
_OUT_OF = re.compile(r"^([\d.]+)\s*(?:/\s*(\d+)|(%))$")
_STARS_DRAWN = re.compile(r"^(★+)\s*(½|1/2)?$|^(½)$")
#: What a spreadsheet that parts a date by points makes of 4.5: the fourth of May.
_MAY = re.compile(r"^0?(\d)[.\s-]\s*(?:ma[iyj]|mei|maio|maggio|mayo|май|мая|máj)\.?$")
_UNITS = re.compile(r"\s*(?:stars?|[eé]toiles?|pts?|points?)$")


@dataclass(frozen=True)
class Scale:
    """The highest rating of a file; certain when the service or the numbers leave no doubt."""

    highest: int
    is_certain: bool

    def stars(self, value: float) -> float | None:
        """Stars for a rating above 0 and up to the highest; never fewer than the app gives."""
        if not 0 < value <= self.highest:
            return None
        stars = round(value * HIGHEST_STARS / self.highest, 2)
        return max(LOWEST_STARS, stars)

    def is_raised(self, value: float) -> bool:
        """True for a rating below half a star, which counts as half a star."""
        return 0 < value * HIGHEST_STARS / self.highest < LOWEST_STARS


def scale_of(values: Sequence[float], stated: int | None) -> Scale:
    """The scale of a file: the stated one, or else the lowest that its ratings fit.

    One rating in fifty may be above it, as a lost decimal sign makes it. Whole ratings up to 5 may
    be of 5 or of 10: they are taken for stars, and that is not certain.
    """
    if stated is not None:
        return Scale(stated, is_certain=True)
    ranked = sorted(values)
    highest = ranked[-1 - len(ranked) // _RATINGS_TO_AN_OUTLIER] if ranked else 0
    fitting = next((scale for scale in SCALES if highest <= scale), SCALES[-1])
    has_halves = any(value % 1 for value in ranked)
    return Scale(fitting, is_certain=fitting == 10 or (fitting == 5 and has_halves))


def number(text: str) -> float | None:
    """A rating as people and spreadsheets of any country write it; None for what is none."""
    tidy = _tidy(text)
    half = _MAY.match(tidy)
    if half:
        return int(half[1]) + 0.5
    drawn = _STARS_DRAWN.match(tidy)
    if drawn:
        return len(drawn[1] or "") + (0.5 if drawn[2] or drawn[3] else 0)
    out_of = _OUT_OF.match(tidy)
    try:
        value = float(out_of[1] if out_of else tidy)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_dated(text: str) -> bool:
    """True for a half rating that a spreadsheet turned into a day of May."""
    return _MAY.match(_tidy(text)) is not None


def stated_scale(texts: Iterable[str]) -> int | None:
    """The scale that stands behind every rating, as in 8/10; None where not all say the same."""
    scales = {_stated(text) for text in texts if text.strip()}
    return scales.pop() if len(scales) == 1 else None


def _stated(text: str) -> int | None:
    tidy = _tidy(text)
    if _STARS_DRAWN.match(tidy):
        return 5
    out_of = _OUT_OF.match(tidy)
    if out_of is None:
        return None
    return int(out_of[2]) if out_of[2] else 100


def _tidy(text: str) -> str:
    # An Excel formula of text, ="4,5", is what some programs write so that a number stays one.
    bare = text.strip().removeprefix("=").strip("\"' \u00a0\u202f")
    if _STARS_DRAWN.match(bare):
        return bare
    digits = unicodedata.normalize("NFKC", bare.replace("½", ".5")).casefold()
    return _UNITS.sub("", digits.replace(",", ".").replace("\u066b", "."))

"""Lines of ratings that are not certain as they stand, read one by one with care."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from film_data.pipeline import dates, values
from film_data.pipeline.columns import HIGHEST_RATING, LARGEST_ID, LOWEST_RATING
from film_data.pipeline.dates import Order
from film_data.pipeline.files import ROWS_ASKED
from film_data.pipeline.ratings_lines import RatingsLayout
from film_data.pipeline.records import printable


@dataclass(frozen=True)
class Rating:
    """A rating in a line, and the rules by which its values were read."""

    values: tuple[int, int, float, int]
    applied: tuple[str, ...]


class SuspectLines:
    """Lines of a file of ratings, read by Python."""

    def __init__(self, path: Path, layout: RatingsLayout) -> None:
        self._path = path
        self._layout = layout
        self._order = _date_order(path, layout)

    def read(self, numbers: list[int]) -> Iterator[tuple[int, str, Rating | str]]:
        """Number and text of each line, and the rating in it or the rule that it breaks."""
        for number, raw in _raw_lines(self._path, numbers):
            yield number, raw, self._rating(raw)

    def _rating(self, raw: str) -> Rating | str:
        if not raw.strip():
            return "blank_line"
        texts = _fields(raw, self._layout)
        if len(texts) != len(self._layout.columns):
            return "field_count"
        field = dict(zip(self._layout.columns, texts, strict=True))
        user_id, film_id = _id(field["user_id"]), _id(field["film_id"])
        rating = _value(field["rating"])
        if user_id is None or film_id is None or rating is None:
            checks = {"user_id": user_id, "film_id": film_id, "rating_value": rating}
            return next(rule for rule, value in checks.items() if value is None)
        rated_at = dates.instant(field["rated_at"], self._order)
        if rated_at is None:
            return "rating_time"
        return Rating((user_id, film_id, rating, rated_at), _applied(field, rated_at))


def _applied(field: Mapping[str, str], rated_at: int) -> tuple[str, ...]:
    """The rules by which values were read; a line is suspect for one reason at least."""
    is_converted = values.whole(field["rated_at"]) != rated_at
    numbers = [field["user_id"], field["film_id"], *([] if is_converted else [field["rated_at"]])]
    is_usual = all(map(values.is_plain, numbers)) and "," not in field["rating"]
    rules = {"time_converted": is_converted, "number_format": not is_usual or not is_converted}
    return tuple(rule for rule, applies in rules.items() if applies)


def _fields(raw: str, layout: RatingsLayout) -> list[str]:
    return [text.strip().strip('"').strip() for text in raw.split(layout.delimiter)]


def _date_order(path: Path, layout: RatingsLayout) -> Order | None:
    """The order of day and month that the times of the file tell, if they are dates."""
    position = layout.columns.index("rated_at")
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        asked = (_fields(raw, layout) for raw in islice(lines, layout.first_line - 1, ROWS_ASKED))
        return dates.order_of(texts[position] for texts in asked if len(texts) > position)


def _raw_lines(path: Path, numbers: list[int]) -> Iterator[tuple[int, str]]:
    if not numbers:
        return
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        at = 1
        for number in numbers:
            yield number, printable(next(islice(lines, number - at, None)))
            at = number + 1


def _id(text: str) -> int | None:
    number = values.whole(text)
    return number if number is not None and number <= LARGEST_ID else None


def _value(text: str) -> float | None:
    value = values.decimal(text)
    return value if value is not None and LOWEST_RATING <= value <= HIGHEST_RATING else None

"""The cleaning rules, as data: a name, what becomes of the row, a sentence for people.

A rule's sentence goes into every report and beside every rejected row, so it says what is wrong
with the row, not what the code does. Rules that several sources need stand here; a source states
its own in its package.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The fate of a row under a rule, in the order of the reports.

    Only `rejected` and `merged` keep the row out of the tables.
    """

    REJECTED = "rejected"
    MERGED = "merged"
    REPAIRED = "repaired"
    EMPTIED = "emptied"
    NOTED = "noted"


@dataclass(frozen=True)
class Rule:
    """One cleaning rule."""

    name: str
    outcome: Outcome
    sentence: str


def rejected(**sentences: str) -> tuple[Rule, ...]:
    """Rules by whose name a row is not loaded."""
    return _rules(Outcome.REJECTED, sentences)


def merged(**sentences: str) -> tuple[Rule, ...]:
    """Rules by whose name a row goes into another one."""
    return _rules(Outcome.MERGED, sentences)


def repaired(**sentences: str) -> tuple[Rule, ...]:
    """Rules by whose name a value is put right."""
    return _rules(Outcome.REPAIRED, sentences)


def emptied(**sentences: str) -> tuple[Rule, ...]:
    """Rules by whose name a value is left out."""
    return _rules(Outcome.EMPTIED, sentences)


def noted(**sentences: str) -> tuple[Rule, ...]:
    """Rules by whose name a row is counted and left as it is."""
    return _rules(Outcome.NOTED, sentences)


def _rules(outcome: Outcome, sentences: Mapping[str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(name, outcome, sentence) for name, sentence in sentences.items())


_SHARED = (
    *rejected(
        blank_line="The row is empty.",
        field_count="The row has more or fewer fields than the file has columns.",
        not_unicode="The row's bytes are not text in the file's encoding.",
        user_id="The user id is not a whole number from 0 to 4294967295.",
        film_id="The film id is not a whole number from 0 to 4294967295.",
        rating_value="The rating is not a number from 0.5 to 5.",
        rating_time="The time is none from 1970 to 2100 that can be read for certain.",
        value_impossible="A value that must be there is outside what its column can hold.",
        title_missing="The film has no title.",
    ),
    *merged(
        identical_row="The row repeats another one exactly; one of them is kept.",
        rated_again="The user rated the film more than once; the newest rating counts, of equally "
        "new ones the highest.",
        film_repeated="The film occurs more than once; the row with most values is kept, of "
        "equally full ones the first in alphabetical order, and takes from the others what it "
        "lacks.",
        key_repeated="The key occurs more than once; the row with most values is kept, of equally "
        "full ones the first in alphabetical order.",
    ),
    *repaired(
        number_format="A number was written with quotes, blanks, a needless .0, without its "
        "leading zeros or as R and spreadsheets write it; its value is certain.",
        time_converted="A time was written as a date, or in milli-, micro- or nanoseconds; it is "
        "read as UTC, to the second.",
        double_encoded="The text was UTF-8 read as Windows-1252; it is decoded as it was meant.",
    ),
    *emptied(
        missing_mark="A cell said NA, NaN, NULL or the like: its value is missing.",
        out_of_range="A value is outside what its column can hold.",
        amount_invalid="An amount is not a number of dollars.",
        date_invalid="The date cannot be read.",
        number_invalid="A number cannot be read.",
        time_invalid="The time cannot be read.",
        imdb_id_invalid="The IMDb id does not have its form.",
    ),
    *noted(no_tmdb_id="The film has no TMDB id, so that its facts cannot be linked."),
)

#: The rules that several sources need, by their names.
SHARED = {rule.name: rule for rule in _SHARED}


def catalogue(own: Iterable[Rule] = ()) -> dict[str, Rule]:
    """The rules of a source by their names, in the order of its reports.

    Args:
        own: The source's rules, which come behind the shared ones of their outcome. A shared rule
            among them stands where the source lists it.
    """
    listed = {rule.name: rule for rule in own}
    first = {name: rule for name, rule in SHARED.items() if name not in listed}
    order = list(Outcome)
    rules = (first | listed).values()
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: order.index(rule.outcome))}

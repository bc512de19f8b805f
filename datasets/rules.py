"""The cleaning rules, as data: a name, what becomes of the row, a sentence for people.

A rule's sentence goes into every report and into the table of rejected rows, so it says what was
wrong with the row, not what the code does.
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule does with a row; `repaired` and `noted` rows are loaded."""

    REPAIRED = "repaired"
    NOTED = "noted"
    MERGED = "merged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Rule:
    """One cleaning rule."""

    name: str
    outcome: Outcome
    sentence: str


_RULES = (
    # --- any text file ----------------------------------------------------------------------------
    Rule("blank_line", Outcome.REJECTED, "The line is empty."),
    Rule("field_count", Outcome.REJECTED, "The row has more or fewer fields than the header."),
    Rule("not_unicode", Outcome.REJECTED, "The row's bytes are not text in the file's encoding."),
    Rule("identical_row", Outcome.MERGED, "The row repeats another one exactly; one is kept."),
    # --- ratings ----------------------------------------------------------------------------------
    Rule("user_id", Outcome.REJECTED, "The user id is not a whole number from 0 to 4294967295."),
    Rule("film_id", Outcome.REJECTED, "The film id is not a whole number from 0 to 4294967295."),
    Rule("rating_value", Outcome.REJECTED, "The rating is not a number from 0.5 to 5."),
    Rule("rating_time", Outcome.REJECTED, "The time is not in seconds from 1970 to 2100."),
    Rule(
        "number_format",
        Outcome.REPAIRED,
        "A number was written with quotes, blanks or a needless .0; its value is certain.",
    ),
    Rule(
        "rated_again",
        Outcome.MERGED,
        "The user rated the film more than once; the newest rating counts, of equally new ones "
        "the highest.",
    ),
    # --- films ------------------------------------------------------------------------------------
    Rule("title_missing", Outcome.REJECTED, "The film has no title."),
    Rule("film_repeated", Outcome.MERGED, "The film id occurs more than once; the row with most "
         "values counts, of equally full ones the alphabetically first."),
    Rule("year_missing", Outcome.NOTED, "The title does not end in a year; the year stays empty."),
    Rule("genres_missing", Outcome.NOTED, "The film has no genre in the file."),
)  # fmt: skip

#: Every rule by its name.
RULES = {rule.name: rule for rule in _RULES}

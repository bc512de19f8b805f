"""The cleaning rules, as data: a name, what becomes of the row, a sentence for people.

A rule's sentence goes into every report and beside every rejected row, so it says what is wrong
with the row, not what the code does.
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule does with a row; only `merged` and `rejected` keep it out of the tables."""

    REPAIRED = "repaired"
    EMPTIED = "emptied"
    NOTED = "noted"
    MERGED = "merged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Rule:
    """One cleaning rule."""

    name: str
    outcome: Outcome
    sentence: str


_REJECTED = {
    "blank_line": "The row is empty.",
    "field_count": "The row has more or fewer fields than the file has columns.",
    "not_unicode": "The row's bytes are not text in the file's encoding.",
    "user_id": "The user id is not a whole number from 0 to 4294967295.",
    "film_id": "The film id is not a whole number from 0 to 4294967295.",
    "rating_value": "The rating is not a number from 0.5 to 5.",
    "rating_time": "The time is not in whole seconds from 1970 to 2100.",
    "title_missing": "The film has no title.",
    "shifted_row": "The values are shifted: there is a date where the id belongs.",
    "literal": "The list in the row is cut short or otherwise unreadable.",
    "year_invalid": "The year is not one from 1870 to 2100.",
    "rank_invalid": "The rank in the year is not a whole number.",
    "not_in_newest_edition": "The newest edition lists the year without this film.",
    "tag_missing": "The tag is empty.",
}

_MERGED = {
    "identical_row": "The row repeats another one exactly; one of them is kept.",
    "rated_again": "The user rated the film more than once; the newest rating counts, of equally "
    "new ones the highest.",
    "film_repeated": "The film occurs more than once; the row with most values is kept, of equally "
    "full ones the first in alphabetical order, and takes from the others what it lacks.",
    "edition_replaced": "The film is in several editions; the newest edition is kept, and takes "
    "from the others what it lacks.",
    "split_row": "A line break tore the row in two; this part is put back behind the one before.",
    "key_repeated": "The key occurs more than once; the row with most values is kept, of equally "
    "full ones the first in alphabetical order.",
}

_REPAIRED = {
    "number_format": "A number was written with quotes, blanks or a needless .0; its value is "
    "certain.",
    "double_encoded": "The text was UTF-8 read as Windows-1252; it is decoded as it was meant.",
    "title_from_original": "The title was missing; the original title, in English, takes its "
    "place.",
    "trimmed": "The title began or ended with blanks.",
}

_EMPTIED = {
    "zero_budget": "A budget of 0 means that it is not known.",
    "zero_revenue": "A revenue of 0 means that it is not known.",
    "small_budget": "A budget below 1,000 is in a unit that nobody knows.",
    "small_revenue": "A revenue below 1,000 is in a unit that nobody knows.",
    "amount_invalid": "An amount is not a number of dollars.",
    "runtime_invalid": "A running time of 0 or above 1,000 minutes cannot be right.",
    "date_invalid": "The date cannot be read.",
    "no_overview": "The overview only says that there is none.",
    "list_unreadable": "A list of genres, countries or collections is unreadable.",
    "imdb_id_invalid": "The IMDb id does not have its form.",
    "flag_invalid": "A yes or no is neither.",
    "number_invalid": "A number cannot be read.",
}

_NOTED = {
    "year_missing": "The title does not end in a year; the year stays empty.",
    "genres_missing": "The film has no genre in the file.",
    "no_tmdb_id": "The film has no TMDB id, so that its facts cannot be linked.",
    "credit_incomplete": "A credit without person or name, or repeated, is left out of its list.",
    "last_year": "The film is of its file's last year: grosses may be domestic or not yet final.",
}

_CATALOGUE = {
    Outcome.REJECTED: _REJECTED,
    Outcome.MERGED: _MERGED,
    Outcome.REPAIRED: _REPAIRED,
    Outcome.EMPTIED: _EMPTIED,
    Outcome.NOTED: _NOTED,
}

#: Every rule by its name.
RULES = {
    name: Rule(name, outcome, sentence)
    for outcome, sentences in _CATALOGUE.items()
    for name, sentence in sentences.items()
}

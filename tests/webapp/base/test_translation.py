"""Both languages are complete, say the same things, and are all used."""

import re
import string
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
import webapp
from babel import Locale
from webapp.app_pages import pages
from webapp.base.translation import LANGUAGES, preferred, sentences, translation
from webapp.dashboard.model_sections import DRIFT, MODEL_SECTIONS, VERSIONS
from webapp.dashboard.sections import SECTIONS
from webapp.films.search import ORDERS
from webapp.films.title_index import How

SOURCE = Path(webapp.__file__).parent
ENGLISH = sentences("en")
FIGURES = (*SECTIONS, *MODEL_SECTIONS, DRIFT, VERSIONS)
#: Names that others may add to, and that then stay as they are.
WORDS = (
    "genre",
    "state",
    "verdict",
    "approval",
    "rule",
    "bound",
    "shelf_name",
    "measure",
    "subject",
)
#: Keys that are put together from values.
COMPOSED = {
    *(f"{name}.title" for name in pages()),
    *(f"search.order_{order}" for order in ORDERS),
    *(f"search.without_{name}" for name in ("director", "genre", "country", "years")),
    *(f"search.{name}" for name in ("genre", "country")),
    *(f"import.how_{how}" for how in get_args(How)),
    *(f"season.{name}" for name in ("spring", "summer", "autumn", "winter")),
    *(f"sign_in.ticket_{name}" for name in ("refused", "away")),
    *(
        f"{kind}.{name}"
        for kind in ("shelf", "reason")
        for name in ("for_you", "genre", "season", "much_seen", "best_rated", "country", "age")
    ),
    *(f"data.{section.name}" for section in FIGURES),
    *(f"data.{name}" for name in ("films", "ratings", "raters", "viewers")),
    *(f"column.{column}" for section in FIGURES for column in section.columns),
}


def forms(sentence):
    return [sentence] if isinstance(sentence, str) else list(sentence.values())


def placeholders(sentence):
    return {
        name for form in forms(sentence) for _, name, _, _ in string.Formatter().parse(form) if name
    }


def used_keys():
    text = "\n".join(path.read_text() for path in SOURCE.rglob("*.py"))
    return set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", text)) & ENGLISH.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence(language):
    spoken = sentences(language)
    assert spoken.keys() == ENGLISH.keys()
    for key, sentence in spoken.items():
        assert all(form.strip() for form in forms(sentence)), key
        assert placeholders(sentence) == placeholders(ENGLISH[key]), key
        assert isinstance(sentence, str) == isinstance(ENGLISH[key], str), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_of_the_language_is_there(language):
    tags = set(Locale.parse(language).plural_form.tags) | {"other"}
    for key, sentence in sentences(language).items():
        if not isinstance(sentence, str):
            assert set(sentence) == tags, key


def test_french_sentences_are_translated():
    same = {key for key, sentence in sentences("fr").items() if sentence == ENGLISH[key]}
    words = {key for key in same if not key.startswith(("genre.", "column."))}
    assert words <= {"app.title", "data.films", "season.winter", "search.genre"}, words


def test_every_sentence_exists_and_is_used():
    known = used_keys() | COMPOSED
    unused = {key for key in ENGLISH if key not in known and key.split(".")[0] not in WORDS}
    assert not unused
    assert ENGLISH.keys() >= COMPOSED, COMPOSED - ENGLISH.keys()


def test_numbers_plurals_and_dates_follow_the_language():
    english, french = translation("en"), translation("fr")
    assert english("my_ratings.count", count=1) == "You have rated 1 film."
    assert english("my_ratings.count", count=0) == "You have rated 0 films."
    assert french("my_ratings.count", count=0) == "Vous avez noté 0 film."
    assert english.number(1234.5) == "1,234.5"
    assert french.stars(3.94) == "3,9"
    assert french.day(date(2026, 11, 24)) == "24 novembre 2026"
    assert english.duration(timedelta(seconds=5)) == "1 minute"
    assert french.duration(timedelta(minutes=12, seconds=10)) == "12 minutes"


def test_names_of_states_rules_and_shelves_stay_as_they_are_until_they_are_translated():
    french = translation("fr")
    assert french.word("state", "Serving") == "en service"
    assert french.word("state", "Shadow") == "Shadow"
    assert french.word("shelf_name", "newsletter") == "newsletter"


def test_unknown_genres_stay_as_they_are():
    assert translation("fr").genre("War") == "Guerre"
    assert translation("fr").genre("Cinéma vérité") == "Cinéma vérité"


@pytest.mark.parametrize(
    ("locales", "language"),
    [
        (("fr-CA",), "fr"),
        (("fr_BE", "en"), "fr"),
        ((None, "de-DE", "fr"), "fr"),
        (("zz",), "en"),
        ((), "en"),
        (("<script>",), "en"),
    ],
)
def test_the_first_locale_of_a_known_language_is_preferred(locales, language):
    assert preferred(*locales) == language
    assert translation("zz").language == "en"

"""The app's words in the viewer's language: sentences, plurals, numbers, dates, genres.

Sentences are data, in `translations/<language>.json`, by keys that say where they are used. One
that counts is an object of plural forms, chosen by the value `count` or `stars`.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

#: Languages by ISO 639-1 code, each with its own name for itself. The first is the default.
LANGUAGES: Mapping[str, str] = {"en": "English", "fr": "Français"}
DEFAULT = next(iter(LANGUAGES))

Sentence = str | Mapping[str, str]


class Translation:
    """All words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        self._sentences = sentences(language)

    def __call__(self, key: str, **values: str | float) -> str:
        """The sentence `key` with its values filled in, as Markdown."""
        sentence = self._sentences[key]
        if not isinstance(sentence, str):
            count = float(values.get("count", values.get("stars", 0)))
            sentence = sentence.get(self._locale.plural_form(count), sentence["other"])
        return sentence.format(**{name: self._shown(value) for name, value in values.items()})

    def number(self, value: float, pattern: str = "#,##0.##") -> str:
        """A number, for example `1,234.5`; the pattern is one of Unicode's TR35."""
        return str(format_decimal(value, pattern, locale=self._locale))

    def stars(self, value: float) -> str:
        """An estimated or average rating with one decimal."""
        return self.number(value, "0.0")

    def day(self, value: date) -> str:
        """A date, for example `24 November 2026`."""
        return str(format_date(value, "long", locale=self._locale))

    def duration(self, value: timedelta) -> str:
        """A time to wait, for example `12 minutes`, at least a minute."""
        waited = max(value, timedelta(minutes=1))
        shown = format_timedelta(waited, granularity="minute", threshold=1, locale=self._locale)
        return str(shown)

    def genre(self, name: str) -> str:
        """A genre of the film data; one that has no translation stays as it is."""
        return self.word("genre", name)

    def word(self, kind: str, name: str) -> str:
        """A name of a kind that others may add to; one that has no translation stays as it is."""
        translated = self._sentences.get(f"{kind}.{name}", name)
        return translated if isinstance(translated, str) else name

    def _shown(self, value: str | float) -> str:
        return value if isinstance(value, str) else self.number(value)


@lru_cache
def translation(language: str) -> Translation:
    """The translation for a language; the default one for a language that we do not speak."""
    return Translation(language if language in LANGUAGES else DEFAULT)


@lru_cache
def sentences(language: str) -> Mapping[str, Sentence]:
    """All sentences of a language by key."""
    file = resources.files("webapp.base").joinpath("translations", f"{language}.json")
    content: Mapping[str, Sentence] = json.loads(file.read_text("utf-8"))
    return content


def preferred(*locales: str | None) -> str:
    """The language of the first locale that we speak, for example `fr` of `fr-CA`."""
    for locale in locales:
        code = (locale or "").replace("_", "-").split("-")[0].lower()
        if code in LANGUAGES:
            return code
    return DEFAULT

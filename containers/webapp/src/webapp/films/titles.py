"""Titles of films, and what makes two of them the same."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

#: Articles that lists put behind a title, in the languages of many films.
ARTICLES = frozenset({
    "the", "a", "an", "le", "la", "les", "l", "un", "une", "des", "das", "der", "die", "den", "dem",
    "ein", "eine", "el", "los", "las", "una", "il", "lo", "gli", "i", "det", "de", "het", "en",
    "et", "o", "os", "as",
})  # fmt: skip
_LONGEST_ARTICLE = 8
#: Texts whose words are kept: an index asks for those of one title again and again.
_JUST_READ = 1024
#: Apostrophes of all keyboards; behind a letter or two they part words, as in L'Avventura.
_APOSTROPHES = "'\u2019\u2018`\u00b4\u02bc\u2032"
_ELISION = re.compile(
    rf"\b([ldmnstcj]|qu|dell|all|nell|sull)[{_APOSTROPHES}](?=\w{{2}})", re.IGNORECASE
)
_APOSTROPHE = re.compile(rf"(?<=\w)[{_APOSTROPHES}]|[{_APOSTROPHES}](?=\w)")
#: Points of initials, as in E.T. and M*A*S*H.
_INITIALS = re.compile(r"(?<=\b\w)[.*·](?=\w\b)")
_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
#: Most titles: nothing in them needs a closer look.
_IS_SIMPLE = re.compile(r"[A-Za-z0-9 ,:;!?()&-]*")
_WORD = re.compile(r"[^\W_]+")
#: Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
    }
)
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ALSO_KNOWN_AS = re.compile(r"^(?:a\.?\s?k\.?\s?a\.?|also known as|aka)[\s:]+", re.IGNORECASE)
_YEAR_BEHIND = re.compile(
    r"\s*[(\[]?\b((?:18[7-9]|19\d|20\d|21\d)\d)(?:\s*[-\u2013]\s*\d{0,4})?[)\]]?\s*$"
)
_PART = re.compile(r":\s| [-\u2013\u2014] | or:? (?=how)", re.IGNORECASE)
_SAME_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
    "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "hundred": "100", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6",
    "vii": "7", "viii": "8", "ix": "9", "x": "10", "xi": "11", "xii": "12", "xiii": "13",
    "vol": "volume", "pt": "part", "dr": "doctor", "mr": "mister", "st": "saint", "vs": "versus",
    "no": "number", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th",
    "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th",
    "tenth": "10th",
}  # fmt: skip
#: Words before a number, where an "I" is one, too.
_NUMBERED = frozenset({"episode", "part", "chapter", "volume", "vol"})
#: Words for "and": none between two words, as "&" is none.
_AND = frozenset({"and", "et", "und", "y"})
#: Figures in the place of letters, as in Se7en.
_FIGURES = re.compile(r"(?<=[a-z])[013457](?=[a-z])")
_LETTERS_OF_FIGURES = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "v"}


@lru_cache(maxsize=_JUST_READ)
def plain(text: str) -> str:
    """The words of a text: lower case, without marks and punctuation, one blank between them."""
    if not _IS_SIMPLE.fullmatch(text):
        spaced = _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", text))
        text = _INITIALS.sub("", spaced)
        text = text if text.isascii() else _without_marks(text)
    return " ".join(_WORD.findall(text.lower()))


def article_first(title: str) -> str:
    """`Matrix, The` as `The Matrix`; another title is as it was."""
    front, comma, behind = title.rpartition(",")
    if comma and len(behind) < _LONGEST_ARTICLE and front.strip() and plain(behind) in ARTICLES:
        return f"{behind.strip()} {front.strip()}"
    return title


def without_year(title: str) -> tuple[str, int | None]:
    """A title, and the year in brackets behind it."""
    match = _YEAR_BEHIND.search(title)
    if match is None or not title[: match.start()].strip() or title[match.end() - 1] not in ")]":
        return title, None
    return title[: match.start()], int(match[1])


def spellings(title: str) -> tuple[str, ...]:
    """The titles that one title holds: whole, without brackets, and what stands in brackets."""
    if "(" not in title and "[" not in title:
        return (article_first(title),)
    bare = _IN_BRACKETS.sub(" ", title).strip()
    inside = [_ALSO_KNOWN_AS.sub("", part.strip()) for part in _IN_BRACKETS.findall(title)]
    found = [title, bare, *inside]
    return tuple(dict.fromkeys(article_first(name) for name in found if name))


def parts(title: str) -> tuple[str, ...]:
    """The title before its subtitle, and the subtitle; nothing for a title in one part."""
    found = [part.strip() for part in _PART.split(title) if part.strip()]
    return (found[0], found[-1]) if len(found) > 1 else ()


def key(title: str) -> str:
    """The letters and figures of a title: equal for two writings of the same words."""
    return plain(title).replace(" ", "") or "".join(unicodedata.normalize("NFKC", title).split())


def loose_key(title: str) -> str:
    """The words of a title without article, in one."""
    return "".join(without_article(words(title))) or key(title)


@lru_cache(maxsize=_JUST_READ)
def words(title: str) -> tuple[str, ...]:
    """The words of a title, numbers as figures, usual abbreviations written out, no "and"."""
    found = plain(article_first(title)).split()
    inner = [word for number, word in enumerate(found) if number == 0 or word not in _AND]
    return tuple(_usual(word, before) for before, word in zip(["", *inner], inner, strict=False))


def without_article(found: Sequence[str]) -> Sequence[str]:
    """Words without an article in front, unless it is all there is."""
    return found[1:] if len(found) > 1 and found[0] in ARTICLES else found


def _usual(word: str, before: str) -> str:
    if word == "i" and before in _NUMBERED:
        return "1"
    if not word.isalpha():
        word = _FIGURES.sub(lambda figure: _LETTERS_OF_FIGURES[figure[0]], word)
    return _SAME_WORDS.get(word, word)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _FRACTION.sub(" ", text).casefold())
    letters = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", letters).translate(_LETTERS)

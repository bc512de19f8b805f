"""Film titles: split, put in order, and simplified so that two spellings can be compared."""

import re
import unicodedata
from dataclasses import dataclass

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-\u2013]\s*(?:\d{4})?)?\)\s*$")
#: Articles that MovieLens puts behind the title, in the languages of its films.
_ARTICLES = (
    "The|A|An|Le|La|Les|L'|Un|Une|Das|Der|Die|Ein|Eine|El|Los|Las|Una|Il|Lo|I|Gli|Det|Den|De|Het|"
    "En|Et|O|Os|As"
)
_ARTICLE_BEHIND = re.compile(rf"^(?P<title>[^()]+), (?P<article>{_ARTICLES})(?= \(|$)(?P<rest>.*)$")
_ARTICLE_BEFORE = re.compile(r"^(?:the|a|an) (?=.)")
_WORD = re.compile(r"[^\W_]+")
#: Accents, and characters that nobody sees.
_MARK = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
#: Apostrophes of keyboards, typesetters and word processors, and accents in their place.
_APOSTROPHE = re.compile("['\u2018\u2019\u201b\u02bc\u02b9\u2032\uff07`\u00b4]")
#: `8\u00bd` is two numbers.
_FRACTION = re.compile("[\u00bc-\u00be\u2150-\u215e]")
#: Letters that are one with their mark, as people write them without it.
_LETTERS = str.maketrans({
    "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d", "\u00fe": "th", "\u00e6": "ae",
    "\u0153": "oe", "\u0131": "i", "\u0127": "h",
})  # fmt: skip
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
_ALSO_KNOWN_AS = re.compile(r"^(?:a\.?k\.?a\.?|also known as)\s+", re.IGNORECASE)
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
}  # fmt: skip


@dataclass(frozen=True)
class Title:
    """A title as people write it, and the year that stood behind it."""

    text: str
    year: int | None


def parse(text: str) -> Title:
    """Split `Matrix, The (1999)` into `The Matrix` and 1999."""
    match = _YEAR.search(text)
    bare = text[: match.start()] if match else text
    return Title(article_first(" ".join(bare.split())), int(match[1]) if match else None)


def article_first(title: str) -> str:
    """`Matrix, The` as `The Matrix`; what follows in parentheses stays behind."""
    match = _ARTICLE_BEHIND.match(title)
    if match is None:
        return title
    space = "" if match["article"].endswith("'") else " "
    return f"{match['article']}{space}{match['title']}{match['rest']}"


def simplified(title: str) -> str:
    """A title without case, accents, punctuation and article; Roman numerals as digits."""
    plain = _APOSTROPHE.sub("", title.casefold().replace("&", " and "))
    if not plain.isascii():
        plain = _FRACTION.sub(r" \g<0>", plain).translate(_LETTERS)
        plain = _MARK.sub("", unicodedata.normalize("NFKD", plain)).replace("\u2044", " ")
    words = [_ROMAN.get(word, word) for word in _WORD.findall(plain)]
    return _ARTICLE_BEFORE.sub("", " ".join(words))


def spellings(*titles: str | None) -> frozenset[str]:
    """The simplified forms that a film may go by: each title, and what it has in parentheses."""
    found = set[str]()
    for title in titles:
        if title:
            found.add(simplified(_IN_PARENTHESES.sub(" ", title)) or simplified(title))
            for other in _IN_PARENTHESES.findall(title):
                found.add(simplified(article_first(_ALSO_KNOWN_AS.sub("", other))))
    return frozenset(found - {""})


def numbers(spelling: str) -> frozenset[str]:
    """The numbers in a simplified title; films that differ in them are different films."""
    return frozenset(word for word in spelling.split() if word.isdecimal())

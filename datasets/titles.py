"""Film titles: the year at their end, the article behind their comma."""

import re
from dataclasses import dataclass

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-\u2013]\s*(?:\d{4})?)?\)\s*$")
#: Articles that MovieLens puts behind the title, of the languages of its films.
_ARTICLES = (
    "The|A|An|Le|La|Les|L'|Un|Une|Das|Der|Die|Ein|Eine|El|Los|Las|Una|Il|Lo|I|Gli|Det|Den|De|Het|"
    "En|Et|O|Os|As"
)
_ARTICLE_BEHIND = re.compile(rf"^(?P<title>[^()]+), (?P<article>{_ARTICLES})(?= \(|$)(?P<rest>.*)$")


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

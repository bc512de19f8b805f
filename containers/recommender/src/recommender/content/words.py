"""Words of a text in any script: what a training counts and what a search asks for are alike."""

import re
import unicodedata
from collections.abc import Iterator

#: Longest text that is looked at, in characters, and most words of it.
TEXT_LENGTH, TEXT_WORDS = 20_000, 2000
#: Most words of a label that is looked for in a text: "Lord of the Rings".
LABEL_WORDS = 4

_WORD = re.compile(r"[^\W_]+")
#: Scripts that are written without blanks: Japanese, Chinese, and Korean, whose words take endings.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")


def words_of(text: str) -> list[str]:
    """Words without case and marks, in order; of scripts without blanks, each two characters."""
    plain = plain_text(text[:TEXT_LENGTH])
    found = _WORD.findall(plain)
    if not plain.isascii():
        found = [part for word in found for part in _parts(word)]
    return found[:TEXT_WORDS]


def label_key(label: str) -> str:
    """A label as it is compared: its words; of one without any, such as an emoji, the label."""
    return " ".join(words_of(label)) or label.strip().casefold()


def phrases_of(text: str) -> Iterator[str]:
    """Runs of one to LABEL_WORDS words of a text, as `label_key` writes labels."""
    words = words_of(text)
    for length in range(1, LABEL_WORDS + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def plain_text(text: str) -> str:
    """A text without case and marks."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def _parts(word: str) -> Iterator[str]:
    start = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > start:
            yield word[start : run.start()]
        yield from _pairs(run[0])
        start = run.end()
    if start < len(word):
        yield word[start:]


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for place in range(len(run) - 1):
        yield run[place : place + 2]

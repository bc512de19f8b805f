"""Text of a file, whatever program in whatever country wrote it."""

import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from webapp.taste.file_errors import RatingsFileError

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: What spreadsheets write where they do not write Unicode, the most usual first.
_LEGACY = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp1255", "cp1256", "cp932",
    "gb18030", "big5", "cp949", "mac_roman", "cp850", "cp852", "cp437",
)  # fmt: skip
#: No text holds these; a tab, the ends of lines and the old mark of a file's end aside.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_LINES_LOOKED_AT = 500


def decoded(content: bytes, known: Callable[[str], int]) -> str:
    """The text of a file.

    Old encodings cannot be told from each other by their bytes. The whole file decides: the one is
    right in which most lines mean something, as `known` counts them.

    Raises:
        RatingsFileError: It is no text.
    """
    text = _unicode(content)
    if text is None:
        text = content.decode(_legacy_encoding(content, known))
    if _CONTROL.search(text):
        raise RatingsFileError("import.not_text")
    return _undoubled(text)


def _unicode(content: bytes) -> str | None:
    """The text by the marks of Unicode; None where the bytes are of no such encoding."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    try:
        return content.decode(marked or _unmarked(content))
    except UnicodeDecodeError as error:
        if marked or b"\0" in content:
            raise RatingsFileError("import.not_text") from None
        return content[: error.start].decode() if _is_cut(content, error) else None


def _is_cut(content: bytes, error: UnicodeDecodeError) -> bool:
    """True for UTF-8 that ends within a letter, as files do whose download broke off."""
    is_at_end = error.reason == "unexpected end of data"
    return is_at_end and not content[: error.start].isascii()


def _unmarked(content: bytes) -> str:
    # Without a mark, UTF-16 shows by the zero byte of each Latin letter.
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _legacy_encoding(content: bytes, known: Callable[[str], int]) -> str:
    lines = content.splitlines(keepends=True)
    telling = [line for line in lines[1:] if not line.isascii()][:_LINES_LOOKED_AT]
    sample = b"".join([*lines[:1], *telling])
    readings = dict(_decodable(content, sample))
    return max(readings, key=lambda name: known(readings[name]))


def _decodable(content: bytes, sample: bytes) -> Iterator[tuple[str, str]]:
    for name in _LEGACY:
        with suppress(UnicodeDecodeError):
            content.decode(name)
            yield name, sample.decode(name)


def _undoubled(text: str) -> str:
    """The text that was encoded once too often, as AmÃ©lie; another as it is."""
    with suppress(UnicodeError):
        return text if text.isascii() else text.encode("cp1252").decode()
    return text

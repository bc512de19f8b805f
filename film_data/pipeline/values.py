"""Values as files write them: dates, amounts, flags, mojibake; None where none is certain."""

import ast
import json
import re
from datetime import date, datetime

JsonObject = dict[str, object]

_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d{1,15}(?:\.\d{0,17})?(?:[eE][-+]?\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}(?:\.0+)?", re.ASCII)
#: Pattern of a date; most texts that are tried are none.
_DATE = re.compile(r"\d{1,4}[-/]\w{1,3}[-/]\d{1,4}", re.ASCII)
#: ISO, US (month first), and day-month-year with the year in two or four digits.
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%d-%b-%y", "%d-%b-%Y")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
#: String literals, without their prefixes: a literal with one is none of ours.
_STRING = re.compile(r"""('[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")""")
#: Texts between two strings where a value is None, and their JSON.
_KEYWORDS = {": None, ": ": null, ", ": None}, {": ": null}, {", ": None}]": ": null}]"}
#: UTF-8 read as Windows-1252: a first byte and a further one.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039"
    "\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
#: Largest literal that is parsed; the longest cast of a film takes a tenth of it.
_LITERAL_LIMIT = 4_000_000


def whole(text: str) -> int | None:
    """`81`, `81.0` as 81."""
    match = _WHOLE.fullmatch(text.strip())
    return int(match[0].split(".")[0]) if match else None


def decimal(text: str) -> float | None:
    """A decimal number; not NaN, not infinity."""
    match = _DECIMAL.fullmatch(text.strip())
    return float(match[0]) if match else None


def amount(text: str) -> int | None:
    """`$714,766,572.00 ` as 714766572; the cents are rounded."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        return None
    return round(float(f"{match[1].replace(',', '')}.{match[2] or 0}"))


def day(text: str, year: int | None = None) -> date | None:
    """A date in one of the known formats.

    Args:
        text: The date.
        year: Year it must lie in; it decides the century of a year with two digits.
    """
    if not _DATE.fullmatch(text.strip()):
        return None
    for pattern in _DATE_FORMATS:
        try:
            parsed = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            continue
        if pattern == "%d-%b-%y" and year is not None and (parsed.year - year) % 100 == 0:
            return parsed.replace(year=year)
        return parsed
    return None


def flag(text: str) -> bool | None:
    """`True`, `TRUE`, `1` and their opposites."""
    return _FLAGS.get(text.strip().lower())


def objects(text: str) -> list[JsonObject] | None:
    """The objects of a list written as Python or JSON; parsed as a literal, never evaluated.

    A single object counts as a list of one, an empty text as none.
    """
    if not text.strip():
        return []
    if len(text) > _LITERAL_LIMIT:
        return None
    value = _literal(text)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    return value


def _literal(text: str) -> object:
    # Three quarters of the time of a large file of credits went into Python's own parser.
    for parse in (_as_json, ast.literal_eval, json.loads):
        try:
            value: object = parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return value
    return None


def _as_json(text: str) -> object:
    """A Python literal, translated to JSON and parsed as such; ValueError if that cannot be."""
    parts = _STRING.split(text)
    parts[1::2] = [_json_string(part) for part in parts[1::2]]
    parts[::2] = [_KEYWORDS.get(part, part) for part in parts[::2]]
    value: object = json.loads("".join(parts))
    return value


def _json_string(literal: str) -> str:
    body = literal[1:-1]
    if "\\" in body or '"' in body:
        return json.dumps(ast.literal_eval(literal))
    return f'"{body}"'


def fix_mojibake(text: str) -> str:
    """Decode text whose UTF-8 was once read as Windows-1252; other text stays as it is."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    try:
        return b"".join(map(_windows_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _windows_byte(character: str) -> bytes:
    # Five bytes have no character in Windows-1252; the programs that misread pass them through.
    return character.encode("latin-1" if "\x80" <= character <= "\x9f" else "cp1252")

"""Values as files write them: numbers, amounts, ids, flags, mojibake; None where none is certain.

Files come from their publishers, and through spreadsheets, R and pandas, which write numbers in
forms of their own. A form is read when it stands for one number only.
"""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable

JsonObject = dict[str, object]

_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d{1,15}(?:\.\d{0,17})?(?:[eE][-+]?\d{1,2})?", re.ASCII)
#: `7,7` of a spreadsheet in most of Europe; three digits behind the comma would be thousands.
_DECIMAL_COMMA = re.compile(r"([-+]?\d{1,15}),(\d{1,2}|\d{4,17})", re.ASCII)
_PLAIN = re.compile(r"\d{1,15}", re.ASCII)
_WHOLE = re.compile(r"(\d{1,15})(?:\.0*)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){1,4}", re.ASCII)
#: R writes 100000 as 1e+05. A spreadsheet's 1.15E+05 has lost digits, and is no number.
_POWER_OF_R = re.compile(r"(\d)(?:\.(\d{1,9}))?e\+(\d\d)", re.ASCII)
_IMDB_ID = re.compile(r"(?:(?:https?://)?(?:www\.|m\.)?imdb\.com/title/)?tt0*(\d{1,8})(?:\.0|/.*)?")
#: Cells that say that nothing is there, as R, pandas, spreadsheets and databases write them.
_MISSING = frozenset({
    "NA", "N/A", "n/a", "#N/A", "#NA", "#NV", "<NA>", "NaN", "nan", "NaT", "NULL", "null", "None",
    "\\N",
})  # fmt: skip
#: Between names of a list, from the usual to the seldom one.
_SEPARATORS = ",|;"
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


def is_missing(text: str) -> bool:
    """True for a cell that is empty, or says that its value is missing."""
    return (stripped := text.strip()) in _MISSING or not stripped


def bare(text: str) -> str:
    """A text without blanks around it and without the marks that keep a spreadsheet from it.

    `="0114709"` and `'0114709` are the ways to have a spreadsheet keep a text as it is.
    """
    stripped = text.strip()
    if stripped.startswith('="') and stripped.endswith('"'):
        stripped = stripped[2:-1]
    return stripped.removeprefix("'").strip()


def is_plain(text: str) -> bool:
    """True for a whole number as its publisher wrote it: digits, nothing else."""
    return _PLAIN.fullmatch(text) is not None


def whole(text: str) -> int | None:
    """`81`, `81.0`, `1,234` and R's `1e+05` as whole numbers."""
    written = bare(text)
    if match := _WHOLE.fullmatch(written):
        return int(match[1])
    if _THOUSANDS.fullmatch(written):
        return int(written.replace(",", ""))
    return _power_of_r(written)


def _power_of_r(text: str) -> int | None:
    """A number in R's shortest form, which it takes only when the digits would be longer."""
    match = _POWER_OF_R.fullmatch(text)
    if match is None:
        return None
    digits, zeros = match[2] or "", int(match[3]) - len(match[2] or "")
    if zeros < 0 or int(match[3]) > 14 or len(text) >= int(match[3]) + 1:
        return None
    return int(f"{match[1]}{digits}{'0' * zeros}")


def decimal(text: str) -> float | None:
    """A decimal number, with a point or a comma; not NaN, not infinity."""
    written = bare(text)
    if match := _DECIMAL_COMMA.fullmatch(written):
        return float(f"{match[1]}.{match[2]}")
    return float(written) if _DECIMAL.fullmatch(written) else None


def imdb_id(text: str) -> str | None:
    """`tt0114709`, of an address, of a number that lost its zeros or got a `.0`."""
    match = _IMDB_ID.fullmatch(bare(text))
    number = int(match[1]) if match else whole(text)
    return f"tt{number:07d}" if number is not None and 0 < number < 10**8 else None


def amount(text: str) -> int | None:
    """`$714,766,572.00 ` as 714766572; the cents are rounded."""
    match = _AMOUNT.fullmatch(bare(text))
    if match is None:
        return _power_of_r(bare(text))
    return round(float(f"{match[1].replace(',', '')}.{match[2] or 0}"))


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


def named(text: str, separator: str | None = None) -> list[JsonObject] | None:
    """The objects of a list, each with its name; texts, also joined by a separator, are names."""
    if separator is not None:
        return [{"name": name} for part in text.split(separator) if (name := part.strip())]
    found = objects(text)
    if found is not None:
        return found
    listed = _literal(text) if len(text) <= _LITERAL_LIMIT else None
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        return None
    return [{"name": name} for item in listed if (name := item.strip())]


def separator_of(texts: Iterable[str]) -> str | None:
    """The separator of the names in a column; None where its cells are lists of a program."""
    filled = [text.strip() for text in texts if text.strip()]
    if 2 * sum(text.startswith(("[", "{")) for text in filled) > len(filled):
        return None
    counts = Counter(character for text in filled for character in text if character in _SEPARATORS)
    return max(_SEPARATORS, key=lambda separator: counts[separator])


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

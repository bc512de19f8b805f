from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from film_data.pipeline import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$714,766,572.00 ", 714_766_572),
        ("$426,505,244 ", 426_505_244),
        ("700059566", 700_059_566),
        ("$1,234.50", 1234),
        ("0", 0),
        ("1,23", None),
        ("€5", None),
        ("", None),
        ("12 million", None),
        ("-5", None),
    ],
)
def test_amounts_are_read_as_whole_dollars(text: str, expected: int | None) -> None:
    assert values.amount(text) == expected


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("1995-10-30", None, date(1995, 10, 30)),
        ("8/13/2015", None, date(2015, 8, 13)),
        ("13/8/2015", None, None),
        ("4-Apr-14", 2014, date(2014, 4, 4)),
        ("21-May-75", 1975, date(1975, 5, 21)),
        ("21-May-30", 1930, date(1930, 5, 21)),
        ("2015-02-30", None, None),
        ("862", None, None),
        ("", None, None),
    ],
)
def test_dates_of_each_known_format_are_read(
    text: str, year: int | None, expected: date | None
) -> None:
    assert values.day(text, year) == expected


def test_the_century_of_a_short_year_follows_the_year_beside_it() -> None:
    assert values.day("1-Jan-75", 2075) == date(2075, 1, 1)
    assert values.day("1-Jan-75", 1976) == date(1975, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"), [("TRUE", True), ("False", False), ("1", True), ("", None), ("ja", None)]
)
def test_flags_are_read_in_any_case(text: str, expected: bool | None) -> None:
    assert values.flag(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[{'id': 16, 'name': 'Animation'}]", [{"id": 16, "name": "Animation"}]),
        ("{'id': 1, 'name': \"It's\"}", [{"id": 1, "name": "It's"}]),
        ('[{"id": null, "name": "x"}]', [{"id": None, "name": "x"}]),
        ("[]", []),
        ("  ", []),
        ("[{'id': 16, 'name': 'Ani", None),
        ("__import__('os').getpid()", None),
        ("[1, 2]", None),
        ("[" * 10_000, None),
    ],
)
def test_lists_are_parsed_and_never_evaluated(text: str, expected: object) -> None:
    assert values.objects(text) == expected


scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=12))


@given(st.lists(st.dictionaries(st.text(max_size=6), scalars, max_size=4), max_size=4))
def test_what_python_writes_is_read_back(value: list[dict[str, object]]) -> None:
    assert values.objects(repr(value)) == value


@given(st.text(max_size=30))
def test_no_text_makes_the_parser_of_lists_fail(text: str) -> None:
    assert values.objects(text) is None or isinstance(values.objects(text), list)


@pytest.mark.parametrize(
    ("mojibake", "meant"),
    [
        ("La CitÃ© des Enfants Perdus", "La Cité des Enfants Perdus"),
        ("La Cité des enfants perdus", "La Cité des enfants perdus"),
        ("Amélie, Ünïcode", "Amélie, Ünïcode"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("Toy Story", "Toy Story"),
    ],
)
def test_text_read_as_windows_1252_is_decoded_as_meant(mojibake: str, meant: str) -> None:
    assert values.fix_mojibake(mojibake) == meant


def misread(text: str) -> str:
    return "".join(
        bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")
        for byte in text.encode()
    )


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20))
def test_mojibake_is_fixed(text: str) -> None:
    assert values.fix_mojibake(misread(text)) == text

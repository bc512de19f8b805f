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
        ("3e+07", 30_000_000),
        ("3.73554E+08", None),
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
    ("text", "expected"),
    [
        ("81", 81),
        (" 81.0 ", 81),
        ("81.", 81),
        ("1,234", 1234),
        ("1e+05", 100_000),
        ("1.5e+09", 1_500_000_000),
        ('="0114709"', 114_709),
        ("'81", 81),
        ("1.15E+05", None),
        ("1.2e+06", None),  # R writes 1200000, which is as short
        ("9.649827e+08", None),
        ("1,23", None),
        ("81.5", None),
        ("-1", None),
        ("NA", None),
        ("#VALUE!", None),
        ("\u0661", None),
    ],
)
def test_whole_numbers_are_read_when_their_value_is_certain(text: str, expected: object) -> None:
    assert values.whole(text) == expected


@given(st.integers(0, 10**9))
def test_what_r_writes_of_a_whole_number_is_read_back(number: int) -> None:
    digits = str(number).rstrip("0") or "0"
    power = len(str(number)) - 1
    short = f"{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e+{power:02d}"
    assert values.whole(min(str(number), short, key=len)) == number
    assert values.whole(f"{number}.0") == number
    assert values.whole(f"{number:,}") == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7.7", 7.7), ("7,7", 7.7), ("21,946943", 21.946943), ("1,234", None), ("1e-05", 1e-05),
     ("NaN", None), ("inf", None), ("", None)],
)  # fmt: skip
def test_decimals_have_a_point_or_a_comma(text: str, expected: float | None) -> None:
    assert values.decimal(text) == expected


@pytest.mark.parametrize(
    "text",
    ["tt0114709", "0114709", "114709", "114709.0", "tt114709", "tt114709.0", "tt00114709",
     '="0114709"', "https://www.imdb.com/title/tt0114709/", "114,709"],
)  # fmt: skip
def test_an_imdb_id_is_the_same_however_it_was_saved(text: str) -> None:
    assert values.imdb_id(text) == "tt0114709"


@pytest.mark.parametrize("text", ["0", "N/A", "nm0114709", "1.15E+05", "tt", "123456789", "x"])
def test_what_is_no_imdb_id_is_none(text: str) -> None:
    assert values.imdb_id(text) is None


def test_the_longest_imdb_ids_keep_their_digits() -> None:
    assert values.imdb_id("10872600.0") == "tt10872600"


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
    ("texts", "separator"),
    [
        (["[]", "[{'id': 1}]", "x, y"], None),
        (["Action, Drama", "", "[rec], horror"], ","),
        (["Action|Drama"], "|"),
        (["Action; Drama"], ";"),
        (["Drama"], ","),
    ],
)
def test_most_cells_of_a_column_tell_the_separator(texts: list[str], separator: str | None) -> None:
    assert values.separator_of(texts) == separator


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

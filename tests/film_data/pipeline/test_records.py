import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from film_data.pipeline.records import BrokenRecord, Record, RecordFormat, records

FORMAT = RecordFormat(3, plausible=lambda fields: fields[0].isdecimal())


def split(text: str, record_format: RecordFormat = FORMAT) -> list[Record | BrokenRecord]:
    return list(records(io.StringIO(text, newline=""), record_format))


def good(text: str) -> list[tuple[str, ...]]:
    return [found.fields for found in split(text) if isinstance(found, Record)]


def test_records_have_their_lines_and_raw_text() -> None:
    found = split('1,"a, b",c\n2,"two\nlines",d\n3,e,f\n')
    assert [(record.line, record.raw_text) for record in found] == [
        (1, '1,"a, b",c'),
        (2, '2,"two\nlines",d'),
        (4, "3,e,f"),
    ]


def test_carriage_returns_end_lines_too() -> None:
    assert good('1,"a\nb",c\r2,d,e\r\n3,f,g') == [
        ("1", "a\nb", "c"),
        ("2", "d", "e"),
        ("3", "f", "g"),
    ]


def test_an_unclosed_quote_costs_its_own_line_only() -> None:
    found = split('1,a,b\n2,"unclosed,c\n3,d,e\n4,"f, g",h\n')
    assert found[1] == BrokenRecord(2, "field_count", '2,"unclosed,c')
    assert good('1,a,b\n2,"unclosed,c\n3,d,e\n4,"f, g",h\n') == [
        ("1", "a", "b"),
        ("3", "d", "e"),
        ("4", "f, g", "h"),
    ]


def test_the_end_of_a_record_that_looks_like_one_is_none() -> None:
    """The last of its lines has three fields by itself, with an id in the last."""
    by_last = RecordFormat(3, ";", plausible=lambda fields: fields[2].isdecimal())
    text = "\"[{'character': 'a\nb', 'id': 31}]\";[];1\n\"[]\";x;2\n"
    assert [found.fields for found in split(text, by_last) if isinstance(found, Record)] == [
        ("[{'character': 'a\nb', 'id': 31}]", "[]", "1"),
        ("[]", "x", "2"),
    ]


def test_an_unclosed_quote_at_the_end_costs_its_own_line_only() -> None:
    assert good('1,a,b\n2,"unclosed,c\n3,d,e') == [("1", "a", "b"), ("3", "d", "e")]


def test_an_empty_line_is_a_broken_record() -> None:
    assert split("1,a,b\n\n2,c,d\n")[1] == BrokenRecord(2, "blank_line", "")


def test_undecodable_bytes_reject_their_row_only() -> None:
    text = b"1,a,b\n2,caf\xe9,c\n3,d,e\n".decode("utf-8", "surrogateescape")
    assert split(text)[1] == BrokenRecord(2, "not_unicode", "2,caf\\xe9,c")
    assert good(text) == [("1", "a", "b"), ("3", "d", "e")]


def test_a_quote_inside_an_unquoted_field_is_text() -> None:
    assert good('1,The 12" Record,b\n') == [("1", 'The 12" Record', "b")]


def test_unquoted_layouts_split_at_every_delimiter() -> None:
    record_format = RecordFormat(3, "::", quoted=False)
    assert [
        found.fields for found in split('1::"a"::b\n', record_format) if isinstance(found, Record)
    ] == [("1", '"a"', "b")]


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
row = st.tuples(st.integers(0, 999).map(str), st.one_of(cells, st.just("two\nlines")), cells)
#: Rows that no csv dialect could take for a record of three fields that begins with a number.
broken = st.sampled_from(
    ['x,"unclosed', '"', "only,two", "a,b,c,d", '7,"a"b,c,d', "", "caf\udce9,b,c"]
)


def written(rows: list[tuple[str, ...]]) -> list[str]:
    texts = []
    for fields in rows:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerow(fields)
        texts.append(text.getvalue())
    return texts


@given(st.lists(row, max_size=8), st.lists(st.tuples(st.integers(0, 8), broken), max_size=4))
@example([("1", "two\nlines", "x")], [(0, '"')])
def test_broken_rows_leave_the_good_ones_as_they_are(
    rows: list[tuple[str, ...]], injected: list[tuple[int, str]]
) -> None:
    texts = written(rows)
    for position, text in injected:
        texts.insert(min(position, len(texts)), f"{text}\n")
    assert good("".join(texts)) == [tuple(fields) for fields in rows]

import pyarrow as pa
import pytest
from recommender.data.ids import IdIndex, number_text
from recommender.snowflake_io.source import number_texts


@pytest.mark.parametrize(
    ("id_", "number"),
    [
        ("196", "196"),
        ("196.00", "196"),
        ("196.0", "196"),
        ("100", "100"),
        ("-7.0", "-7"),
        ("1.50", "1.5"),
        ("0.0", "0"),
        ("1.05", "1.05"),
        ("v1.0", "v1.0"),
        ("1.0.0", "1.0.0"),
        ("1e3.0", "1e3.0"),
        ("", ""),
        (".", "."),
    ],
)
def test_zeros_behind_a_decimal_point_are_no_part_of_a_number(id_, number):
    assert number_text(id_) == number


def test_an_id_is_found_in_either_writing():
    index = IdIndex(["196", "7.00", "tt1"])
    assert [index.get(id_) for id_ in ("196", "196.00", "196.0", "7", "7.0", "7.00", "tt1")] == [
        *(0, 0, 0, 1, 1, 1, 2)
    ]
    assert "8.0" not in index
    assert "8" not in index
    assert index.unknown({"8.0": 1, "196.00": 2, "196": 3, "2": 4}) == ["2", "8.0"]


def test_an_id_itself_counts_before_another_writing_of_its_number():
    index = IdIndex(["1", "1.0", "2.0", "2.00"])
    assert [index["1"], index["1.0"], index["1.00"], index["2.0"]] == [0, 1, 0, 2]
    assert "2" not in index  # it could be either


def test_columns_of_numbers_lose_the_same_zeros():
    texts = ["196.00", "100", "1.50", "0.000", "-7.0", "1.05", "1.0e40", "10.0010"]
    found = number_texts(pa.chunked_array([pa.array([*texts, None], pa.string())])).to_pylist()
    assert found == ["196", "100", "1.5", "0", "-7", "1.05", "1.0e40", "10.001", None]
    assert found[:-1] == [number_text(text) for text in texts]


def test_an_item_is_found_by_its_other_ids_unless_they_are_ids_themselves():
    index = IdIndex(["246", "5"], {"268": 0, "5": 0})
    assert [index.get(id_) for id_ in ("246", "268", "268.0", "5", "7")] == [0, 0, 0, 1, None]
    assert index.unknown({"268": 1, "7": 2}) == ["7"]

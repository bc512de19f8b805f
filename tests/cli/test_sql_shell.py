"""Scripts are split where statements end, and nowhere else."""

import pytest

from cli.sql_shell import split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", ["select 1"]),
        ("select 1;", ["select 1"]),
        ("select 1; select 2;\n", ["select 1", "select 2"]),
        ("select ';' as a; select 2", ["select ';' as a", "select 2"]),
        ("-- nothing; here\nselect 1;", ["select 1"]),
        ("", []),
        (";;", []),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert list(split(text)) == expected

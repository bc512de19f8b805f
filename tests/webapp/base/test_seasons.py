"""Seasons in both halves of the world."""

from datetime import date

import pytest
from webapp.base.seasons import SOUTHERN, northern_months, season


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("FR", date(2026, 1, 15), "winter"),
        ("FR", date(2026, 12, 1), "winter"),
        ("FR", date(2026, 3, 1), "spring"),
        ("FR", date(2026, 11, 30), "autumn"),
        ("AU", date(2026, 1, 15), "summer"),
        ("AU", date(2026, 7, 1), "winter"),
        ("BR", date(2026, 4, 1), "autumn"),
        ("NZ", date(2026, 10, 1), "spring"),
    ],
)
def test_the_season_depends_on_the_hemisphere(country, day, expected):
    assert season(country, day) == expected


def test_every_month_belongs_to_its_season():
    for month in range(1, 13):
        assert month in northern_months(season("FR", date(2026, month, 10)))


def test_a_season_has_three_months():
    assert northern_months("winter") == (12, 1, 2)
    assert northern_months("summer") == (6, 7, 8)


def test_southern_countries_lie_south_of_the_equator():
    assert {"AU", "NZ", "ZA", "BR", "AR"} <= SOUTHERN
    assert not {"FR", "US", "JP", "IN", "NG"} & SOUTHERN

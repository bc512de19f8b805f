"""Dates of files: one order of day and month for all."""

from datetime import datetime

import pytest
from webapp.taste.file_dates import moment, order_of

NOW = datetime.fromisoformat("2026-06-01T12:00:00")


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2024", "13/04/2024"], "day first"),
        (["03/04/2024", "04/13/2024"], "month first"),
        (["03.04.2024"], "day first"),
        (["03/04/2024"], "unknown"),
        (["2024-04-03", ""], "unknown"),
    ],
)
def test_one_telling_date_decides_for_all(texts, order):
    assert order_of(texts) == order


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("2024-04-03", "unknown", "2024-04-03"),
        ("2024-04-03T10:00:00Z", "unknown", "2024-04-03T10:00"),
        ("2024-04-03T10:00:00.000+02:00", "unknown", "2024-04-03T08:00"),
        ("2024-04-03 10:00:00 UTC", "unknown", "2024-04-03T10:00"),
        ("03/04/2024", "day first", "2024-04-03"),
        ("03/04/2024 10:05", "month first", "2024-03-04T10:05"),
        ("45385", "unknown", "2024-04-03"),
        ("1712138400", "unknown", "2024-04-03T10:00"),
        ("03/04/2024", "unknown", None),
        ("31/02/2024", "day first", None),
        ("2034-04-03", "unknown", None),
        ("yesterday", "unknown", None),
        ("", "unknown", None),
    ],
)
def test_moments_are_utc_past_and_never_guessed(text, order, found):
    assert moment(text, order, NOW) == (datetime.fromisoformat(found) if found else None)

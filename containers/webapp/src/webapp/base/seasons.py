"""Seasons of the year in both halves of the world."""

from datetime import date
from typing import Literal

Season = Literal["spring", "summer", "autumn", "winter"]

_SOUTHERN = (
    "AO AQ AR AS AU BI BO BR BV BW CC CD CG CK CL CX EC FJ FK GA GS HM ID KE KI KM LS MG MU MW MZ "
    "NA NC NF NR NU NZ PE PF PG PN PY RE RW SB SC SH SZ TF TK TL TO TV TZ UY VU WF WS YT ZA ZM ZW"
)
#: Countries whose capital lies south of the equator, ISO 3166-1 alpha-2.
SOUTHERN = frozenset(_SOUTHERN.split())

_NORTHERN_SEASONS: tuple[Season, ...] = ("winter", "spring", "summer", "autumn")


def season(country: str, today: date) -> Season:
    """The meteorological season in `country` (ISO 3166-1 alpha-2)."""
    quarter = today.month % 12 // 3
    return _NORTHERN_SEASONS[(quarter + 2) % 4 if country in SOUTHERN else quarter]


def northern_months(of: Season) -> tuple[int, int, int]:
    """The months that make the season in the northern half of the world."""
    first = _NORTHERN_SEASONS.index(of) * 3
    return ((first - 1) % 12 + 1, first + 1, first + 2)

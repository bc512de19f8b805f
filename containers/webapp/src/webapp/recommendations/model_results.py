"""Request to the ranking model for a viewer's list, and the results in its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from webapp.accounts.viewer import Viewer
from webapp.base.seasons import Season
from webapp.recommendations.shelves import Reason
from webapp.taste.taste import Taste

#: Requested films: more than a shelf shows, because some are not in the catalogue.
COUNT = 40
_TITLES_NAMED = 2


@dataclass(frozen=True)
class RecommendationRequest:
    """Inputs of the ranking model: ratings, excluded films and genres, user features."""

    ratings: Mapping[str, float]
    filters: Mapping[str, Any]

    @classmethod
    def of(cls, viewer: Viewer, taste: Taste, season: Season) -> Self:
        """The request for a viewer with this taste, in the season where they live."""
        return cls(
            taste.ratings,
            {
                "exclude_items": sorted(taste.dismissed),
                "exclude_genres": sorted(taste.preferences.never),
                "viewer": {
                    "favourite_genres": sorted(taste.preferences.favourites),
                    "country": viewer.country,
                    "birth_year": viewer.birth_date.year,
                    "season": season,
                },
            },
        )


@dataclass(frozen=True)
class ModelResult:
    """A recommended film, and the part of its score that is given as the reason."""

    film_id: str
    kind: str
    because_of: tuple[str, ...] = ()

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> Self:
        """Read an element of `recommend_for`'s recommendations."""
        reason = answer.get("reason") or {"kind": "estimate"}
        return cls(answer["item_id"], reason["kind"], tuple(reason.get("item_ids", ())))

    def reason(self, titles: Mapping[str, str]) -> Reason:
        """The reason in words; `titles` has those of the films that it may name."""
        named = [titles[film_id] for film_id in self.because_of if film_id in titles]
        if self.kind == "because_you_rated" and named:
            return Reason("reason.because_you_rated", {"titles": ", ".join(named[:_TITLES_NAMED])})
        return Reason(_REASONS.get(self.kind, "reason.for_you"))


def clipped(ratings: Mapping[str, float], scale: tuple[float, float]) -> dict[str, float]:
    """The ratings, none beyond the scale that the model was trained on."""
    low, high = scale
    return {film_id: min(high, max(low, stars)) for film_id, stars in ratings.items()}


_REASONS = {
    "popularity": "reason.much_seen",
    "genres": "reason.your_genres",
    "country": "reason.your_country",
    "birth_year": "reason.your_age",
    "season": "reason.your_season",
    "estimate": "reason.your_estimate",
}

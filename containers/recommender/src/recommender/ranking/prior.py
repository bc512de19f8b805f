"""Prior of users without ratings: probabilities of items from the answers given at sign-up.

A conditional logit over all items: an item's probability grows with its popularity, with the
favourite genres it carries, with the user's country, with its share among people born at the same
time, and with the season. The five weights are fitted on users whose own ratings are in none of the
counts (McFadden, "Conditional logit analysis of qualitative choice behavior", 1973). A feature that
the data do not have gets the weight zero.
"""

from dataclasses import dataclass, replace

import numpy as np

from recommender.arrays import ArrayForm, ArrayLayout, Arrays, Floats, Indices, Indices32, Singles
from recommender.data.features import NO_YEAR, SEASONS, Answers, Features, ItemFeatures, seasons_of
from recommender.data.ratings import Ratings

#: The terms, in the order of the weights.
TERMS = ("popularity", "genres", "country", "birth_year", "season")

#: Years of birth that count as the same time, from the middle of the range.
_COHORT_YEARS = 10
_FIRST_YEAR, COHORTS = 1900, 13
#: Ratings by which a lift is shrunk towards none: few ratings prove little.
_SHRINKAGE = 20.0


#: Arrays of the artifact, and the lengths that are always the same.
ARRAY_LAYOUT: ArrayLayout = {
    "prior_popularity": ArrayForm("f", ("items",)),
    "prior_cohort_lifts": ArrayForm("f", ("cohorts", "items")),
    "prior_season_lifts": ArrayForm("f", ("seasons", "items")),
    "prior_weights": ArrayForm("f", ("terms",)),
}
SIZES = {"cohorts": COHORTS, "seasons": len(SEASONS), "terms": len(TERMS)}


@dataclass(frozen=True)
class Prior:
    """Probabilities of items before any rating.

    Attributes:
        popularity: Shape (items,), logarithm of the number of ratings plus one half.
        cohort_log_lifts: Shape (cohorts, items), logarithm of an item's share among people born in
            a decade, over its share among all.
        season_log_lifts: Shape (seasons, items), the same by season of the rating.
        weights: Shape (terms,).
        items: Genres and countries.
    """

    popularity: Floats
    cohort_log_lifts: Singles
    season_log_lifts: Singles
    weights: Floats
    items: ItemFeatures

    def probabilities(self, answers: Answers) -> Floats:
        """Shape (items,), relative to the likeliest item: from 0 to 1."""
        scores = self.terms(answers) @ self.weights
        return np.asarray(np.exp(scores - scores.max()))

    def terms(self, answers: Answers) -> Floats:
        """Terms before weighting, shape (items, terms)."""
        terms = np.zeros((len(self.popularity), len(TERMS)))
        terms[:, 0] = self.popularity
        favourites = self.items.genres.indices(answers.favourite_genres)
        if favourites:
            terms[:, 1] = self.items.genres.carried[:, favourites].mean(axis=1)
        if answers.country:
            terms[:, 2] = self.items.countries.any_of([answers.country])
        if answers.birth_year != NO_YEAR:
            terms[:, 3] = self.cohort_log_lifts[cohort_of(answers.birth_year)]
        if answers.season:
            terms[:, 4] = self.season_log_lifts[SEASONS.index(answers.season)]
        return terms

    def first(self, items: int) -> "Prior":
        """The prior of so many first items."""
        return replace(
            self,
            popularity=self.popularity[:items],
            cohort_log_lifts=self.cohort_log_lifts[:, :items],
            season_log_lifts=self.season_log_lifts[:, :items],
            items=self.items.split(items)[0],
        )

    def arrays(self) -> Arrays:
        """Arrays for the artifact, beside the items' features."""
        return {
            "prior_popularity": self.popularity,
            "prior_cohort_lifts": self.cohort_log_lifts,
            "prior_season_lifts": self.season_log_lifts,
            "prior_weights": self.weights,
        }

    @classmethod
    def restore(cls, arrays: Arrays, items: ItemFeatures) -> "Prior":
        """The prior of an artifact."""
        return cls(
            arrays["prior_popularity"],
            arrays["prior_cohort_lifts"],
            arrays["prior_season_lifts"],
            arrays["prior_weights"],
            items,
        )


def cohort_of(birth_year: int) -> int:
    """Place of a decade of birth; years beyond the ends count with the ends."""
    return int(np.clip((birth_year - _FIRST_YEAR) // _COHORT_YEARS, 0, COHORTS - 1))


def count(ratings: Ratings, features: Features) -> Prior:
    """A prior from the counts of these ratings, with popularity alone as yet."""
    items = len(ratings.item_ids)
    total = np.bincount(ratings.items, minlength=items)
    born = features.users.birth_years[ratings.users]
    cohorts = np.clip((born - _FIRST_YEAR) // _COHORT_YEARS, 0, COHORTS - 1)
    cohorts[born == NO_YEAR] = -1
    return Prior(
        popularity=np.log(total + 0.5),
        cohort_log_lifts=_log_lifts(cohorts, COHORTS, ratings.items, items),
        season_log_lifts=_log_lifts(seasons_of(ratings.times), len(SEASONS), ratings.items, items),
        weights=np.eye(len(TERMS))[0],
        items=features.items,
    )


def _log_lifts(groups: Indices, size: int, items: Indices32, item_count: int) -> Singles:
    """Logarithms of each item's share within a group over its share within all groups."""
    known = groups >= 0
    cells = np.bincount(
        groups[known].astype(np.int64) * item_count + items[known], minlength=size * item_count
    )
    counts = cells.reshape(size, item_count)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(1, counts.sum())
    lifts = np.log((counts + _SHRINKAGE) / (expected + _SHRINKAGE))
    return np.asarray(lifts, np.float32)

"""Items that nobody has rated: what is known of them from their content, and their scores.

A taste is what a user's ratings add up to in a few directions of the table of ratings; an item's
affinity is its place there. Of an item without ratings both are estimated from its content
(`new_items_fit`), and the scores are scaled to those of the ranking model.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.arrays import ArrayForm, ArrayLayout, Arrays, Floats, Indices, Reals
from recommender.data.features import ItemFeatures, Labels
from recommender.data.histories import UserHistories
from recommender.data.rating_levels import RatingLevels
from recommender.ranking import interaction_weights
from recommender.ranking.scores import LowRankScores, SparseScores

#: Arrays of the artifact.
ARRAY_LAYOUT: ArrayLayout = {
    "new_item_ids": ArrayForm("U", ("new items",)),
    "new_item_genres": ArrayForm("b", ("new items", "genres")),
    "new_item_countries": ArrayForm("b", ("new items", "countries")),
    "new_item_years": ArrayForm("i", ("new items",)),
    "new_item_biases": ArrayForm("f", ("new items",)),
    "new_item_factors": ArrayForm("f", ("new items", "factors")),
    "new_item_popularity": ArrayForm("f", ("new items",)),
    "new_item_affinities": ArrayForm("f", ("new items", "tastes")),
    "taste_directions": ArrayForm("f", ("catalogue", "tastes")),
}


@dataclass(frozen=True)
class NewItems:
    """Items without ratings, and what their content says of them.

    Attributes:
        ids: Shape (new items,).
        features: Genres, countries and years of them.
        biases: Shape (new items,), estimated, of the rating model.
        factors: Shape (new items, factors), estimated, of the rating model.
        popularity: Shape (new items,), estimated, as the prior has it.
        affinities: Shape (new items, tastes), on the scale of the ranking model's scores.
        directions: Shape (catalogue, tastes): what a rating of an item adds to a user's taste;
            items with ratings first.
    """

    ids: npt.NDArray[np.str_]
    features: ItemFeatures
    biases: Reals
    factors: Reals
    popularity: Reals
    affinities: Reals
    directions: Reals

    def __len__(self) -> int:
        return len(self.ids)

    def score_matrix(self, histories: UserHistories, levels: RatingLevels) -> LowRankScores:
        """Scores of the new items for each user.

        Args:
            histories: Of any items of the catalogue.
            levels: Tells low ratings.
        """
        tastes = SparseScores(
            histories.indptr,
            histories.items,
            interaction_weights.in_scores(histories, levels),
            self.directions,
            np.zeros(len(histories)),
            np.zeros(self.directions.shape[1]),
        )
        return LowRankScores(tastes.dense(), self.affinities.astype(np.float64))

    def contributions(
        self, histories: UserHistories, places: Indices, levels: RatingLevels
    ) -> Floats:
        """Part of each rating of the only user in scores, shape (ratings, places)."""
        weights = interaction_weights.in_scores(histories, levels)[:, np.newaxis]
        added = weights * self.directions[histories.items]
        return np.asarray(added @ self.affinities[places].T.astype(np.float64))

    def arrays(self) -> Arrays:
        """Arrays for the artifact: half precision is more than an estimate from content has."""
        return {
            "new_item_ids": self.ids,
            "new_item_genres": self.features.genres.carried,
            "new_item_countries": self.features.countries.carried,
            "new_item_years": self.features.years,
            "new_item_biases": self.biases.astype(np.float32),
            "new_item_factors": self.factors.astype(np.float16),
            "new_item_popularity": self.popularity.astype(np.float32),
            "new_item_affinities": self.affinities.astype(np.float32),
            "taste_directions": self.directions.astype(np.float16),
        }

    @classmethod
    def restore(cls, arrays: Arrays) -> "NewItems":
        """The new items of an artifact."""
        genres = Labels(arrays["genre_names"], arrays["new_item_genres"])
        countries = Labels(arrays["country_names"], arrays["new_item_countries"])
        return cls(
            arrays["new_item_ids"],
            ItemFeatures(genres, countries, arrays["new_item_years"]),
            biases=arrays["new_item_biases"],
            factors=arrays["new_item_factors"],
            popularity=arrays["new_item_popularity"],
            affinities=arrays["new_item_affinities"],
            directions=arrays["taste_directions"],
        )

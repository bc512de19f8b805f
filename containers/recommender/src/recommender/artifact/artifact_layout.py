"""The arrays of an artifact: which there are, of which kind and shape."""

from collections.abc import Mapping

import numpy as np

from recommender.arrays import Arrays
from recommender.artifact.manifest import ArtifactError, Manifest
from recommender.data.facts import SEASONS
from recommender.ranking.prior import COHORTS, TERMS
from recommender.ranking.registry import RANKERS

#: Every array that all models have: kind of its dtype, and its shape in terms of counts.
_LAYOUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "user_ids": ("U", ("users",)),
    "item_ids": ("U", ("items",)),
    "user_biases": ("f", ("users",)),
    "item_biases": ("f", ("items",)),
    "user_factors": ("f", ("users", "factors")),
    "item_factors": ("f", ("items", "factors")),
    "global_mean": ("f", ()),
    "rated_indptr": ("i", ("users + 1",)),
    "rated_indices": ("i", ("ratings",)),
    "rated_values": ("f", ("ratings",)),
    "genre_names": ("U", ("genres",)),
    "item_genres": ("b", ("items", "genres")),
    "country_names": ("U", ("countries",)),
    "item_countries": ("b", ("items", "countries")),
    "item_years": ("i", ("items",)),
    "prior_popularity": ("f", ("items",)),
    "prior_cohort_lifts": ("f", ("cohorts", "items")),
    "prior_season_lifts": ("f", ("seasons", "items")),
    "prior_weights": ("f", ("terms",)),
}

#: Arrays of the ranking models.
_RANKING_LAYOUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "ease_weights": ("f", ("items", "items")),
    "als_item_factors": ("f", ("items", "als_factors")),
    "als_regularization": ("f", ()),
}


def check(arrays: Arrays, manifest: Manifest) -> None:
    """See that the arrays are those of the manifest's model.

    Raises:
        ArtifactError: One is missing, surplus, of another kind or shape, or not finite.
    """
    if manifest.ranking not in RANKERS:
        raise ArtifactError(f"There is no ranking {manifest.ranking!r}: train the model again.")
    own = RANKERS[manifest.ranking].array_names
    layout = _LAYOUT | {name: _RANKING_LAYOUT[name] for name in own}
    if arrays.keys() != layout.keys():
        names = ", ".join(sorted(arrays.keys() ^ layout.keys()))
        raise ArtifactError(f"The model's arrays lack or add {names}.")
    sizes = _sizes(arrays, manifest)
    for name, (kind, dimensions) in layout.items():
        array, shape = arrays[name], tuple(sizes[dimension] for dimension in dimensions)
        if array.dtype.kind != kind or array.shape != shape:
            raise ArtifactError(
                f"The model's array {name} is {array.dtype}{list(array.shape)},"
                f" not {kind}{list(shape)}."
            )
        if kind == "f" and not np.isfinite(array).all():
            raise ArtifactError("The model holds numbers that are not finite: train it again.")
    _check_rated(arrays, manifest.counts)


def _sizes(arrays: Arrays, manifest: Manifest) -> dict[str, int]:
    factors = arrays.get("als_item_factors", np.empty((0, 0)))
    return manifest.counts | {
        "users + 1": manifest.counts["users"] + 1,
        "genres": arrays["genre_names"].size,
        "countries": arrays["country_names"].size,
        "cohorts": COHORTS,
        "seasons": len(SEASONS),
        "terms": len(TERMS),
        "als_factors": factors.shape[-1] if factors.ndim else 0,
    }


def _check_rated(arrays: Arrays, counts: Mapping[str, int]) -> None:
    indptr, indices = arrays["rated_indptr"], arrays["rated_indices"]
    steps_back = bool((np.diff(indptr) < 0).any())
    if indptr[0] != 0 or indptr[-1] != counts["ratings"] or steps_back:
        raise ArtifactError("The model's array rated_indptr does not fit its ratings.")
    if counts["ratings"] and not 0 <= indices.min() <= indices.max() < counts["items"]:
        raise ArtifactError("The model's array rated_indices names items that do not exist.")

"""Layout of an artifact: names, kinds and shapes of its arrays."""

from collections.abc import Mapping

import numpy as np

from recommender.arrays import ArrayForm, ArrayLayout, Arrays
from recommender.artifact.manifest import ArtifactError, Manifest
from recommender.content import content
from recommender.ranking import new_items
from recommender.ranking.prior import ARRAY_LAYOUT, SIZES
from recommender.ranking.registry import RANKERS

#: Every array that all models have.
_LAYOUT: dict[str, ArrayForm] = {
    "user_ids": ArrayForm("U", ("users",)),
    "item_ids": ArrayForm("U", ("items",)),
    "user_biases": ArrayForm("f", ("users",)),
    "item_biases": ArrayForm("f", ("items",)),
    "user_factors": ArrayForm("f", ("users", "factors")),
    "item_factors": ArrayForm("f", ("items", "factors")),
    "global_mean": ArrayForm("f", ()),
    "rated_indptr": ArrayForm("i", ("users + 1",)),
    "rated_indices": ArrayForm("i", ("ratings",)),
    "rated_values": ArrayForm("f", ("ratings",)),
    "genre_names": ArrayForm("U", ("genres",)),
    "item_genres": ArrayForm("b", ("items", "genres")),
    "country_names": ArrayForm("U", ("countries",)),
    "item_countries": ArrayForm("b", ("items", "countries")),
    "item_years": ArrayForm("i", ("items",)),
    **ARRAY_LAYOUT,
}
#: Arrays of models whose items have other ids.
_OTHER_IDS: dict[str, ArrayForm] = {
    "other_ids": ArrayForm("U", ("others",)),
    "other_items": ArrayForm("i", ("others",)),
}
#: Arrays of models that know the content of their items.
_CONTENT: dict[str, ArrayForm] = {
    **new_items.ARRAY_LAYOUT,
    **content.ARRAY_LAYOUT,
}


def check(arrays: Arrays, manifest: Manifest) -> None:
    """Check that the arrays are those of the manifest's model.

    Raises:
        ArtifactError: One is missing, surplus, of another kind or shape, or not finite.
    """
    if manifest.ranking not in RANKERS:
        raise ArtifactError(f"There is no ranking {manifest.ranking!r}: train the model again.")
    layout = {**_LAYOUT, **RANKERS[manifest.ranking].array_layout}
    for group in (_OTHER_IDS, _CONTENT):
        layout |= {} if arrays.keys().isdisjoint(group) else group
    if arrays.keys() != layout.keys():
        names = ", ".join(sorted(arrays.keys() ^ layout.keys()))
        raise ArtifactError(f"The model's arrays lack or add {names}.")
    sizes = _sizes(arrays, layout, manifest.counts)
    for name, (kind, dimensions) in layout.items():
        array, shape = arrays[name], tuple(sizes[dimension] for dimension in dimensions)
        if array.dtype.kind != kind or array.shape != shape:
            raise ArtifactError(
                f"The model's array {name} is {array.dtype}{list(array.shape)},"
                f" not {kind}{list(shape)}."
            )
        if kind == "f" and not np.isfinite(array).all():
            raise ArtifactError("The model holds numbers that are not finite: train it again.")
    _check_places(arrays, manifest)


def _check_places(arrays: Arrays, manifest: Manifest) -> None:
    _check_rated(arrays, manifest.counts)
    if "other_items" in arrays:
        new = len(arrays.get("new_item_ids", ()))
        _check_items(arrays, "other_items", {"items": manifest.counts["items"] + new})
    if "new_item_ids" in arrays:
        _check_content(arrays)


def _sizes(arrays: Arrays, layout: ArrayLayout, counts: Mapping[str, int]) -> dict[str, int]:
    """Length of every dimension; the first array that has a free one decides."""
    sizes = {**counts, **SIZES, "users + 1": counts["users"] + 1}
    for name, form in layout.items():
        shape = arrays[name].shape
        # an array with other dimensions than it should have is refused later
        lengths = shape if len(shape) == len(form.dimensions) else (0,) * len(form.dimensions)
        sizes = dict(zip(form.dimensions, lengths, strict=True)) | sizes
    if "new items" in sizes:
        sizes["catalogue"] = sizes["items"] + sizes["new items"]
        sizes |= {f"{name} + 1": sizes[name] + 1 for name in ("catalogue", "fields")}
    return sizes


def _check_rated(arrays: Arrays, counts: Mapping[str, int]) -> None:
    indptr = arrays["rated_indptr"]
    steps_back = bool((np.diff(indptr) < 0).any())
    if indptr[0] != 0 or indptr[-1] != counts["ratings"] or steps_back:
        raise ArtifactError("The model's array rated_indptr does not fit its ratings.")
    _check_items(arrays, "rated_indices", counts)


def _check_items(arrays: Arrays, name: str, counts: Mapping[str, int]) -> None:
    items = arrays[name]
    if len(items) and not 0 <= items.min() <= items.max() < counts["items"]:
        raise ArtifactError(f"The model's array {name} names items that do not exist.")


def _check_content(arrays: Arrays) -> None:
    terms = len(arrays["content_idf"])
    for name, total in (
        ("content_indptr", len(arrays["content_terms"])),
        ("content_starts", terms),
        ("content_term_ends", len(arrays["content_term_text"])),
    ):
        steps = np.diff(arrays[name], prepend=0)
        if len(steps) and ((steps < 0).any() or arrays[name][-1] != total):
            raise ArtifactError(f"The model's array {name} does not fit its content.")
    for name in ("content_terms", "content_meaning_terms"):
        places = arrays[name]
        if len(places) and not 0 <= places.min() <= places.max() < terms:
            raise ArtifactError(f"The model's array {name} names terms that do not exist.")

"""The trained model on disk: `manifest.json` and `arrays.npz`, plain data, no pickle."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.arrays import Arrays
from recommender.artifact import array_file, layout
from recommender.artifact.manifest import ArtifactError, Manifest
from recommender.content.content import Content
from recommender.data.features import Features, ItemFeatures, Labels
from recommender.data.histories import UserHistories
from recommender.data.other_ids import places_of
from recommender.data.ratings import Ratings
from recommender.ranking.base import ModelState, Ranker
from recommender.ranking.new_items import NewItems
from recommender.ranking.prior import Prior
from recommender.ranking.registry import RANKERS
from recommender.ranking.trained_models import TrainedModels
from recommender.ranking.with_new_items import extended_model, extended_prior, extended_ranker
from recommender.rating.factors import FactorModel

#: Largest files that are opened: what an endpoint's memory can hold, and no archive bomb.
MANIFEST_BYTES = 1 << 20
ARRAYS_BYTES = 4 << 30

_MANIFEST = "manifest.json"
_ARRAYS = "arrays.npz"


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """Models of one training, with the ids of users and items.

    Attributes:
        manifest: Name, origin and sizes of the model.
        user_ids: Shape (users,).
        item_ids: Shape (items,), the rated ones, then those nobody has rated.
        model: Estimates ratings.
        ranker: Orders items.
        prior: Stands in where a user has few ratings or none.
        users: Every user with their ratings.
        item_features: Genres, countries and years of the items.
        other_ids: Indices of items by their other ids.
        new_items: Items that nobody has rated: model, ranker, prior and features have them behind
            the rated ones. None where nothing is known of any item, and in models of earlier
            versions.
        content: Of all items; None where `new_items` is.
    """

    manifest: Manifest
    user_ids: npt.NDArray[np.str_]
    item_ids: npt.NDArray[np.str_]
    model: FactorModel
    ranker: Ranker
    prior: Prior
    users: UserHistories
    item_features: ItemFeatures
    other_ids: Mapping[str, int] = field(default_factory=dict)
    new_items: NewItems | None = None
    content: Content | None = None

    @property
    def rated_items(self) -> int:
        """Number of items with ratings, which come first."""
        return self.manifest.counts["items"]

    @cached_property
    def catalogue_ids(self) -> list[str]:
        """Ids of all items as texts, made once: those with ratings first."""
        ids: list[str] = self.item_ids.tolist()
        return ids

    @classmethod
    def of(
        cls, manifest: Manifest, ratings: Ratings, features: Features, models: TrainedModels
    ) -> "Artifact":
        """Gather what serving the models needs."""
        rated = cls(
            manifest=manifest,
            user_ids=ratings.user_ids,
            item_ids=ratings.item_ids,
            model=models.estimator,
            ranker=models.ranker,
            prior=models.prior,
            users=UserHistories.of_ratings(ratings),
            item_features=features.items,
        )
        whole = (
            rated
            if models.new_items is None
            else rated.with_new_items(models.new_items, models.content)
        )
        return replace(whole, other_ids=places_of(ratings.other_ids, whole.item_ids))

    def with_new_items(self, new_items: NewItems, content: Content | None) -> "Artifact":
        """The artifact of rated items, with new ones behind them.

        Args:
            new_items: Numbered behind the rated items.
            content: Of all of them.
        """
        model = extended_model(self.model, new_items)
        features = self.item_features.followed_by(new_items.features)
        return replace(
            self,
            item_ids=np.concatenate([self.item_ids, new_items.ids]),
            model=model,
            ranker=extended_ranker(self.ranker, new_items, model),
            prior=extended_prior(self.prior, new_items, features),
            item_features=features,
            new_items=new_items,
            content=content,
        )


def save(artifact: Artifact, folder: Path) -> None:
    """Write the artifact into `folder`; the manifest comes last and makes it complete."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{_ARRAYS}.partial"
    with partial.open("wb") as file:
        np.savez(file, **_arrays(artifact))
    partial.replace(folder / _ARRAYS)
    partial = folder / f"{_MANIFEST}.partial"
    partial.write_text(artifact.manifest.text(), encoding="utf-8")
    partial.replace(folder / _MANIFEST)


def discard(folder: Path) -> None:
    """Remove what `save` wrote, whole or partial: SageMaker would upload it."""
    for name in (_MANIFEST, _ARRAYS):
        (folder / name).unlink(missing_ok=True)
        (folder / f"{name}.partial").unlink(missing_ok=True)


def load(folder: Path) -> Artifact:
    """Read an artifact, checking everything that the code relies on.

    Raises:
        ArtifactError: A file is missing, too large, damaged, or of another format version.
    """
    manifest = _load_manifest(folder / _MANIFEST)
    _check_size(folder / _ARRAYS, ARRAYS_BYTES)
    arrays = array_file.read(folder / _ARRAYS, ARRAYS_BYTES)
    layout.check(arrays, manifest)
    model = FactorModel.of(
        float(arrays["global_mean"]),
        manifest.rating_scale,
        biases=(arrays["user_biases"], arrays["item_biases"]),
        factors=(arrays["user_factors"], arrays["item_factors"]),
    )
    features = _features(arrays)
    rated = Artifact(
        manifest=manifest,
        user_ids=arrays["user_ids"],
        item_ids=arrays["item_ids"],
        model=model,
        ranker=RANKERS[manifest.ranking].restore(ModelState(arrays, model)),
        prior=Prior.restore(arrays, features),
        users=UserHistories(
            np.arange(manifest.counts["users"]),
            arrays["rated_indptr"],
            arrays["rated_indices"],
            arrays["rated_values"],
        ),
        item_features=features,
        other_ids=_other_ids(arrays),
    )
    if "new_item_ids" not in arrays:
        return rated
    return rated.with_new_items(NewItems.restore(arrays), Content.restore(arrays))


def _arrays(artifact: Artifact) -> dict[str, Any]:
    model, users, rated = artifact.model, artifact.users, artifact.rated_items
    features, _ = artifact.item_features.split(rated)
    return {
        "user_ids": artifact.user_ids,
        "item_ids": artifact.item_ids[:rated],
        # without the rows of the unknown
        "user_biases": model.user_biases[:-1],
        "item_biases": model.item_biases[:rated],
        "user_factors": model.user_factors[:-1],
        "item_factors": model.item_factors[:rated],
        "global_mean": np.float64(model.global_mean),
        "rated_indptr": users.indptr,
        "rated_indices": users.items,
        "rated_values": users.values,
        "genre_names": features.genres.names,
        "item_genres": features.genres.carried,
        "country_names": features.countries.names,
        "item_countries": features.countries.carried,
        "item_years": features.years,
        **_other_id_arrays(artifact.other_ids),
        **_catalogue_arrays(artifact),
        **artifact.prior.first(rated).arrays(),
        **artifact.ranker.arrays(),
    }


def _other_id_arrays(other_ids: Mapping[str, int]) -> dict[str, Any]:
    """The arrays of other ids; none where items have none, as in models of earlier versions."""
    if not other_ids:
        return {}
    ids, places = zip(*other_ids.items(), strict=True)
    return {"other_ids": np.array(ids, np.str_), "other_items": np.array(places, np.int32)}


def _other_ids(arrays: Arrays) -> dict[str, int]:
    if "other_ids" not in arrays:
        return {}
    return dict(zip(arrays["other_ids"].tolist(), arrays["other_items"].tolist(), strict=True))


def _catalogue_arrays(artifact: Artifact) -> dict[str, Any]:
    """The arrays of new items and of content; none where nothing is known of any item."""
    if artifact.new_items is None or artifact.content is None:
        return {}
    return {**artifact.new_items.arrays(), **artifact.content.arrays()}


def _features(arrays: Arrays) -> ItemFeatures:
    return ItemFeatures(
        Labels(arrays["genre_names"], arrays["item_genres"]),
        Labels(arrays["country_names"], arrays["item_countries"]),
        arrays["item_years"],
    )


def _load_manifest(path: Path) -> Manifest:
    _check_size(path, MANIFEST_BYTES)
    return Manifest.parse(path.read_text(encoding="utf-8", errors="replace"))


def _check_size(path: Path, limit: int) -> None:
    if not path.is_file():
        raise ArtifactError(
            f"The model has no {path.name}: it is no artifact of a finished training."
        )
    if path.stat().st_size > limit:
        raise ArtifactError(f"The model's {path.name} is larger than {limit} bytes.")

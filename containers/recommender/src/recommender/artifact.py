"""The trained model on disk: `manifest.json` and `arrays.npz`, plain data, no pickle."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.factors import FactorModel
from recommender.manifest import ArtifactError, Manifest
from recommender.top_n import Rated

#: Largest files that are opened: what an endpoint's memory can hold, and no archive bomb.
MANIFEST_BYTES = 1 << 20
ARRAYS_BYTES = 4 << 30

_MANIFEST = "manifest.json"
_ARRAYS = "arrays.npz"

#: Every array: kind of its dtype, and its shape in terms of users, items, factors and ratings.
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
}


@dataclass(frozen=True)
class Artifact:
    """A model with the ids of its users and items, and what they have rated."""

    manifest: Manifest
    user_ids: npt.NDArray[np.str_]
    item_ids: npt.NDArray[np.str_]
    model: FactorModel
    rated: Rated


def save(artifact: Artifact, folder: Path) -> None:
    """Write the artifact into `folder`; the manifest comes last and makes it complete."""
    folder.mkdir(parents=True, exist_ok=True)
    model = artifact.model
    partial = folder / f"{_ARRAYS}.partial"
    with partial.open("wb") as file:
        np.savez(
            file,
            user_ids=artifact.user_ids,
            item_ids=artifact.item_ids,
            # without the rows of the unknown
            user_biases=model.user_biases[:-1],
            item_biases=model.item_biases[:-1],
            user_factors=model.user_factors[:-1],
            item_factors=model.item_factors[:-1],
            global_mean=np.float64(model.global_mean),
            rated_indptr=artifact.rated.indptr,
            rated_indices=artifact.rated.indices,
        )
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
    arrays = _load_arrays(folder / _ARRAYS)
    _check_layout(arrays, manifest.counts)
    rated = Rated(arrays["rated_indptr"], arrays["rated_indices"])
    _check_rated(rated, manifest.counts)
    model = FactorModel.of(
        float(arrays["global_mean"]),
        manifest.rating_scale,
        biases=(arrays["user_biases"], arrays["item_biases"]),
        factors=(arrays["user_factors"], arrays["item_factors"]),
    )
    if not (model.is_finite() and np.isfinite(model.global_mean)):
        raise ArtifactError("The model holds numbers that are not finite: train it again.")
    return Artifact(manifest, arrays["user_ids"], arrays["item_ids"], model, rated)


def _load_manifest(path: Path) -> Manifest:
    _check_size(path, MANIFEST_BYTES)
    return Manifest.parse(path.read_text(encoding="utf-8", errors="replace"))


def _load_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    _check_size(path, ARRAYS_BYTES)
    try:
        with zipfile.ZipFile(path) as archive:
            # a small file may claim to unpack into a very large one
            if sum(member.file_size for member in archive.infolist()) > ARRAYS_BYTES:
                raise ArtifactError(f"The model's {path.name} is larger than allowed.")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ArtifactError(f"The model's {path.name} is damaged: {error}.") from error


def _check_size(path: Path, limit: int) -> None:
    if not path.is_file():
        raise ArtifactError(
            f"The model has no {path.name}: it is no artifact of a finished training."
        )
    if path.stat().st_size > limit:
        raise ArtifactError(f"The model's {path.name} is larger than {limit} bytes.")


def _check_layout(arrays: Mapping[str, npt.NDArray[Any]], counts: Mapping[str, int]) -> None:
    if arrays.keys() != _LAYOUT.keys():
        names = ", ".join(sorted(arrays.keys() ^ _LAYOUT.keys()))
        raise ArtifactError(f"The model's arrays lack or add {names}.")
    sizes = dict(counts) | {"users + 1": counts["users"] + 1}
    for name, (kind, dimensions) in _LAYOUT.items():
        shape = tuple(sizes[dimension] for dimension in dimensions)
        if arrays[name].dtype.kind != kind or arrays[name].shape != shape:
            raise ArtifactError(
                f"The model's array {name} is {arrays[name].dtype}{list(arrays[name].shape)},"
                f" not {kind}{list(shape)}."
            )


def _check_rated(rated: Rated, counts: Mapping[str, int]) -> None:
    steps_back = bool((np.diff(rated.indptr) < 0).any())
    if rated.indptr[0] != 0 or rated.indptr[-1] != counts["ratings"] or steps_back:
        raise ArtifactError("The model's array rated_indptr does not fit its ratings.")
    if counts["ratings"] and not 0 <= rated.indices.min() <= rated.indices.max() < counts["items"]:
        raise ArtifactError("The model's array rated_indices names items that do not exist.")

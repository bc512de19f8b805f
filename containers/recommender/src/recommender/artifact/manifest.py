"""Manifest of a model: its kind, its origin and the sizes of its arrays."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from recommender.errors import RecommenderError
from recommender.rating import no_estimates

FORMAT_VERSION = 2

#: Names of the array dimensions.
COUNTS = ("users", "items", "factors", "ratings")


class ArtifactError(RecommenderError):
    """A model's files are missing, damaged or of another version."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Name, origin, sizes and figures of a model."""

    algorithm: str
    #: Name of the ranking model.
    ranking: str
    hyperparameters: dict[str, int | float | str]
    #: Lowest and highest rating of the data, or strength of its events.
    rating_scale: tuple[float, float]
    metrics: dict[str, float]
    #: One number for each of COUNTS.
    counts: dict[str, int]
    training_job: str
    #: S3 address of the `model.tar.gz` that holds this manifest.
    model_artifact: str
    #: ISO 8601, in UTC.
    created_at: str
    library_versions: dict[str, str]
    format_version: int = FORMAT_VERSION

    @property
    def is_implicit(self) -> bool:
        """True for a model of events, which makes lists and estimates nothing."""
        return self.algorithm == no_estimates.NAME

    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """Read what `text` wrote.

        Raises:
            ArtifactError: It is damaged, or of another format version.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ArtifactError(f"The model's manifest.json is damaged: {error}.") from error
        version = document.get("format_version") if isinstance(document, dict) else None
        if version != FORMAT_VERSION:
            raise ArtifactError(
                f"The model has format version {version}, this program reads {FORMAT_VERSION}:"
                " train it again."
            )
        _check_fields(document)
        low, high = document["rating_scale"]
        return cls(**document | {"rating_scale": (float(low), float(high))})


def _check_fields(document: dict[str, Any]) -> None:
    different = sorted({field.name for field in fields(Manifest)} ^ document.keys())
    if different:
        raise ArtifactError(f"The model's manifest.json lacks or adds {', '.join(different)}.")
    for name, is_sound in _SOUND.items():
        if not is_sound(document[name]):
            raise ArtifactError(f"The model's manifest.json has a damaged {name}: train it again.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_counts(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == set(COUNTS)
        and all(type(count) is int and count >= 0 for count in value.values())
    )


def _is_scale(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(end) in {int, float} and math.isfinite(end) for end in value)
        and value[0] <= value[1]
    )


_SOUND: dict[str, Callable[[Any], bool]] = {
    "algorithm": _is_text,
    "ranking": _is_text,
    "rating_scale": _is_scale,
    "counts": _are_counts,
    "training_job": _is_text,
    "model_artifact": _is_text,
    "created_at": _is_text,
}

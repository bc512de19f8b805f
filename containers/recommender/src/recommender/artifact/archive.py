"""Packed artifact: the `model.tar.gz` that SageMaker makes of a training's files."""

import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.artifact.manifest import ArtifactError

ARCHIVE = "model.tar.gz"
_FILES = frozenset({"manifest.json", "arrays.npz"})


def read(channel: Path) -> Artifact:
    """The model that an input channel holds; only its own two files are looked at.

    Raises:
        ArtifactError: It is missing or damaged.
    """
    archive = channel / ARCHIVE
    if not archive.is_file():
        raise ArtifactError(
            f"The channel `{channel.name}` holds no {ARCHIVE}: SageMaker should fill it."
        )
    with TemporaryDirectory() as folder:
        try:
            with tarfile.open(archive, "r:gz") as tar:
                members = [each for each in tar.getmembers() if each.name in _FILES]
                tar.extractall(folder, members, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise ArtifactError(f"The model's archive is damaged: {error}.") from error
        return artifact.load(Path(folder))

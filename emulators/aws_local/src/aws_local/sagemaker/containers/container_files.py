"""A container's place on this machine: SageMaker's file layout, nothing of this machine's own."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

#: An input channel as the container is told of it.
_CHANNEL = {
    "TrainingInputMode": "File",
    "S3DistributionType": "FullyReplicated",
    "RecordWrapperType": "None",
}


@dataclass(frozen=True)
class ContainerFiles:
    """The folders of one container, all below `root`."""

    root: Path

    @property
    def base(self) -> Path:
        """Folder that is `/opt/ml` in the cloud."""
        return self.root / "opt" / "ml"

    @property
    def model(self) -> Path:
        """The model's files."""
        return self.base / "model"

    @property
    def failure(self) -> Path:
        """File in which a failing program says why."""
        return self.base / "output" / "failure"

    def make(self) -> None:
        """Create the folders that a container finds."""
        for folder in (self.model, self.failure.parent, self._home, self._temporary):
            folder.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Remove all of it; whatever else is kept in `root` stays."""
        for folder in (self.root / "opt", self._home, self._temporary):
            shutil.rmtree(folder, ignore_errors=True)

    def channel(self, name: str) -> Path:
        """Folder of an input channel."""
        return self.base / "input" / "data" / name

    def write_configuration(
        self,
        hyperparameters: Mapping[str, str],
        instance_type: str,
        channels: Iterable[str] = (),
    ) -> None:
        """Write the files under `input/config` as SageMaker does for one instance."""
        folder = self.base / "input" / "config"
        folder.mkdir(parents=True, exist_ok=True)
        resources = {
            "current_host": "algo-1",
            "current_instance_type": instance_type,
            "hosts": ["algo-1"],
            "network_interface_name": "lo",
        }
        for name, content in (
            ("hyperparameters", dict(hyperparameters)),
            ("resourceconfig", resources),
            ("inputdataconfig", dict.fromkeys(channels, _CHANNEL)),
        ):
            (folder / f"{name}.json").write_text(json.dumps(content))

    def environment(self, program: Path, variables: Mapping[str, str]) -> dict[str, str]:
        """All of the container's variables: `variables` and what every container has."""
        return {
            "PATH": f"{program.parent}{os.pathsep}{os.defpath}",
            "HOME": str(self._home),
            "TMPDIR": str(self._temporary),
            "LANG": "C.UTF-8",
            **variables,
            "SAGEMAKER_BASE_DIR": str(self.base),
        }

    @property
    def _home(self) -> Path:
        return self.root / "root"

    @property
    def _temporary(self) -> Path:
        return self.root / "tmp"

"""Builds an image from a Dockerfile and runs programs in it, with what the machine has.

buildah needs no engine: chroot isolation and the vfs driver work where containers may not be
nested. It builds on a base made of Debian's packages, as no registry of images may be reachable.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RELEASE = "bookworm"
_PACKAGES = "python3,python3-venv,ca-certificates"
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Buildah:
    """Images in a storage of their own below `folder`."""

    folder: Path

    def build(self, dockerfile: str, tag: str) -> None:
        """Build the image on the base of Debian's packages."""
        if not self._exists("localhost/base"):
            self._make_base()
        # the machine's own authorities: its package index may have a certificate of its own
        volume = f"{_AUTHORITIES}:{_AUTHORITIES}:ro"
        self._bud(
            ["-f", ROOT / dockerfile, "-t", tag, "--build-arg", "BASE_IMAGE=localhost/base"],
            ["--volume", volume, ROOT],
        )

    def start(
        self, tag: str, program: str, environment: Mapping[str, str], mounts: Mapping[Path, str]
    ) -> subprocess.Popen[str]:
        """Start a program in a container of the image, with folders of this machine in it."""
        container = _output(self._buildah("from", tag)).strip()
        variables = [f"--env={name}={value}" for name, value in environment.items()]
        volumes = [f"--volume={source}:{target}" for source, target in mounts.items()]
        command = self._buildah("run", "--isolation=chroot", *volumes, *variables, container)
        return _start([*command, "--", program])

    def _make_base(self) -> None:
        archive = _cache() / f"{_RELEASE}.tar"
        if not archive.exists():
            system = self.folder / "system"
            include = f"--include={_PACKAGES}"
            _run(["debootstrap", "--variant=minbase", include, _RELEASE, system])
            partial = archive.with_suffix(f".{os.getpid()}")
            _run(["tar", "-C", system, "-cf", partial, "."])
            partial.rename(archive)
            shutil.rmtree(system)
        context = self.folder / "base"
        context.mkdir()
        (context / "Dockerfile").write_text(f"FROM scratch\nADD {archive.name} /\n")
        (context / archive.name).hardlink_to(archive)
        self._bud(["-t", "localhost/base"], [context])

    def _bud(self, options: Sequence[object], rest: Sequence[object]) -> None:
        _run([*self._buildah("bud", "--isolation=chroot", "--network=host"), *options, *rest])

    def _exists(self, tag: str) -> bool:
        command = self._buildah("inspect", "--type=image", tag)
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _buildah(self, *arguments: str) -> list[str]:
        places = ["--root", f"{self.folder}/store", "--runroot", f"{self.folder}/run"]
        return ["buildah", *places, "--storage-driver", "vfs", *arguments]


@dataclass(frozen=True)
class Engine:
    """Docker or podman, with the base image that the Dockerfile names."""

    command: str

    def build(self, dockerfile: str, tag: str) -> None:
        """Build the image."""
        _run([self.command, "build", "-f", ROOT / dockerfile, "-t", tag, ROOT])

    def start(
        self, tag: str, program: str, environment: Mapping[str, str], mounts: Mapping[Path, str]
    ) -> subprocess.Popen[str]:
        """Start a program in a container of the image, with folders of this machine in it."""
        variables = [f"--env={name}={value}" for name, value in environment.items()]
        volumes = [f"--volume={source}:{target}" for source, target in mounts.items()]
        options = ["--rm", "--network=host", *volumes, *variables]
        return _start([self.command, "run", *options, tag, program])


def find(folder: Path) -> Buildah | Engine | None:
    """A builder that works on this machine, if there is one."""
    for command in ("docker", "podman"):
        if shutil.which(command) and _works([command, "info"]):
            return Engine(command)
    has_buildah = shutil.which("buildah") and shutil.which("debootstrap")
    return Buildah(folder) if has_buildah and os.geteuid() == 0 else None


def _cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "snowreel-test-images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: Sequence[object]) -> None:
    outcome = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, (outcome.stdout + outcome.stderr)[-4_000:]


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _start(command: list[str]) -> subprocess.Popen[str]:
    # a group of its own, so that the container's processes can be ended with it
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )

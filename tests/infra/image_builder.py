"""Builds an image from a Dockerfile and runs programs in it, with what the machine has.

buildah needs no engine: chroot isolation works where containers may not be nested. It builds on a
base made of Debian's packages, as no registry of images may be reachable. The base and the stage
`packages` are kept across runs: the locked requirements alone decide what they hold.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_RELEASE = "bookworm"
_DEBIAN_PACKAGES = "python3,python3-venv,ca-certificates"
_BASE = "localhost/base"
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
#: What is kept for requirements that nobody uses any more goes after so many days.
_KEPT_SECONDS = 14 * 86_400


@dataclass(frozen=True)
class Store:
    """A storage of buildah's; it reads the images of the one beneath, too."""

    folder: Path
    driver: str
    beneath: Path | None = None

    def command(self, *arguments: object) -> list[str]:
        """A command of buildah on this storage."""
        places = ["--root", self.folder / "store", "--runroot", self.folder / "run"]
        places += ["--storage-driver", self.driver]
        if self.beneath is not None:
            places += ["--storage-opt", f"{self.driver}.imagestore={self.beneath / 'store'}"]
        return [str(part) for part in ("buildah", *places, *arguments)]

    def build(self, *options: object) -> None:
        """Build an image."""
        _run(self.command("bud", "--isolation=chroot", "--network=host", *options))

    def holds(self, tag: str) -> bool:
        """True if there is an image of this name."""
        return _works(self.command("inspect", "--type=image", tag))


@dataclass(frozen=True)
class Buildah:
    """Images of this run, on what is kept across runs."""

    store: Store

    def build(self, dockerfile: str, tag: str) -> None:
        """Build the image on the base of Debian's packages."""
        # the machine's own authorities: its package index may have a certificate of its own
        options = ["--file", ROOT / dockerfile, "--build-arg", f"BASE_IMAGE={_BASE}"]
        options += ["--volume", f"{_AUTHORITIES}:{_AUTHORITIES}:ro"]
        packages = f"{tag}-packages"
        with _kept(self.store.driver) as kept:
            if not kept.holds(_BASE):
                _make_base(kept)
            kept.build(*options, "--layers", "--target", "packages", "--tag", packages, ROOT)
        made = ["--build-context", f"packages=container-image://{packages}"]
        self.store.build(*options, *made, "--tag", tag, ROOT)

    def start(
        self, tag: str, program: str, environment: Mapping[str, str], mounts: Mapping[Path, str]
    ) -> subprocess.Popen[str]:
        """Start a program in a container of the image, with folders of this machine in it."""
        container = _output(self.store.command("from", tag)).strip()
        variables = [f"--env={name}={value}" for name, value in environment.items()]
        volumes = [f"--volume={source}:{target}" for source, target in mounts.items()]
        options = ["--isolation=chroot", *volumes, *variables, container]
        return _start(self.store.command("run", *options, "--", program))

    def close(self) -> None:
        """Remove the images of this run, a gigabyte."""
        _run(self.store.command("rm", "--all"))
        shutil.rmtree(self.store.folder, ignore_errors=True)


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

    def close(self) -> None:
        """Leave the images to the engine, which knows their layers again."""


def find(folder: Path) -> Buildah | Engine | None:
    """A builder that works on this machine, if there is one."""
    for command in ("docker", "podman"):
        if shutil.which(command) and _works([command, "info"]):
            return Engine(command)
    if not (shutil.which("buildah") and shutil.which("debootstrap") and os.geteuid() == 0):
        return None
    # the other driver, which copies every file for every layer, works everywhere
    overlays = _works(Store(folder / "probe", "overlay").command("images"))
    driver = "overlay" if overlays else "vfs"
    return Buildah(Store(folder / "images", driver, beneath=_kept_folder(driver)))


@contextmanager
def _kept(driver: str) -> Iterator[Store]:
    """The storage that is kept across runs, held for this run alone."""
    folder = _kept_folder(driver)
    folder.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.utime(folder)
        _remove_outdated()
        yield Store(folder, driver)


def _kept_folder(driver: str) -> Path:
    """Folder of the layers of today's requirements."""
    digest = hashlib.sha256(f"{_RELEASE} {_DEBIAN_PACKAGES} {driver}".encode())
    for dockerfile in sorted(ROOT.glob("containers/*/Dockerfile")):
        text = dockerfile.read_text()
        digest.update(text.encode())
        for name in re.findall(r"^COPY (requirements/\S+)", text, re.MULTILINE):
            digest.update((ROOT / name).read_bytes())
    return _cache() / digest.hexdigest()[:16]


def _remove_outdated() -> None:
    for folder in _cache().iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _make_base(kept: Store) -> None:
    archive = _cache() / f"{_RELEASE}.tar"
    if not archive.exists():
        system = kept.folder / "system"
        include = f"--include={_DEBIAN_PACKAGES}"
        _run(["debootstrap", "--variant=minbase", include, _RELEASE, system])
        partial = archive.with_suffix(f".{os.getpid()}")
        _run(["tar", "-C", system, "-cf", partial, "."])
        partial.rename(archive)
        shutil.rmtree(system)
    context = kept.folder / "base"
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir()
    (context / "Dockerfile").write_text(f"FROM scratch\nADD {archive.name} /\n")
    (context / archive.name).hardlink_to(archive)
    kept.build("--tag", _BASE, context)


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

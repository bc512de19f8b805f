"""The Lambda functions' code: a copy of exactly the files of the asset."""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from loopback.service import ServiceError


def copy_asset(project: Path, patterns: Iterable[str], target: Path) -> Path:
    """Copy the files of `project` that match `patterns` to `target/<hash>`; returns that folder.

    Copies of earlier starts are removed.
    """
    files = sorted({path for pattern in patterns for path in project.glob(pattern)})
    if not files:
        raise ServiceError(
            f"{project} holds no file of the Lambda functions: name others in the settings."
        )
    shutil.rmtree(target, ignore_errors=True)
    copy = target / _digest(project, files)
    for file in files:
        place = copy / file.relative_to(project)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    return copy


def _digest(project: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(project).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]

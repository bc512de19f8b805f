"""The folder that holds all of a local stack, claimed by one stack at a time."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loopback.credentials import Credentials

from local.errors import LocalError
from local.stack import PRINCIPALS, Stack

#: What a stack keeps in its folder; `--fresh` removes these and nothing else.
CONTENT = (
    "stack.json",
    "warehouse.json",
    "aws.json",
    "sagemaker.json",
    "connection.json",
    "warehouse",
    "s3",
    "sagemaker",
    "executions",
    "schedules",
    "messages",
    "lambda",
    "logs",
    "run",
)
_LOCK = "lock"


@contextmanager
def claimed(state_dir: Path, *, fresh: bool = False) -> Iterator[Path]:
    """Hold `state_dir` for one stack; the kernel lets go of it even after kill -9.

    Raises:
        LocalError: The folder cannot be used, or another stack holds it.
    """
    state_dir = prepared(state_dir)
    descriptor = os.open(state_dir / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _lock(descriptor):
            raise LocalError(
                f"A local stack already runs in {state_dir}: stop it first, "
                "or choose another folder with --state-dir."
            )
        if fresh:
            _empty(state_dir)
        yield state_dir
    finally:
        os.close(descriptor)


def is_claimed(state_dir: Path) -> bool:
    """True while a stack runs in this folder."""
    try:
        descriptor = os.open(state_dir / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def prepared(state_dir: Path) -> Path:
    """The folder, made if missing, as an absolute path."""
    state_dir = state_dir.expanduser().absolute()
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state_dir / _LOCK).touch(mode=0o600)
    except OSError as error:
        raise LocalError(
            f"The state folder {state_dir} cannot be used ({error.strerror}): "
            "choose another with --state-dir."
        ) from error
    return state_dir


def known_credentials(state_dir: Path) -> dict[str, Credentials]:
    """The emulator's credentials: those of the last start, so that clients keep theirs.

    Raises:
        LocalError: The description of the last start is damaged.
    """
    if not Stack.file(state_dir).exists():
        return {principal: Credentials.generate() for principal in PRINCIPALS}
    try:
        credentials = Stack.read(state_dir).credentials
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise LocalError(
            f"The state folder is damaged: {Stack.file(state_dir)} cannot be read; "
            "start again with `snowreel up --fresh`, which begins with empty tables."
        ) from error
    return {name: credentials.get(name) or Credentials.generate() for name in PRINCIPALS}


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _empty(state_dir: Path) -> None:
    for name in CONTENT:
        path = state_dir / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

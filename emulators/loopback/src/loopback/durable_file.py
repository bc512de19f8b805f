"""A file that is whole after a kill at any moment."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Replace what is at `path`; the new content is on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)

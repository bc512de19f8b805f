"""Reader of `.npz` files of unknown origin: no pickle, no more memory than the file is large."""

import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy.lib.format as npy
import numpy.typing as npt

from recommender.artifact.manifest import ArtifactError

_SUFFIX = ".npy"
#: What `zipfile` and numpy raise on a damaged, encrypted or foreign archive.
_DAMAGE = (ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read(path: Path, limit: int) -> dict[str, npt.NDArray[Any]]:
    """Read the arrays of a file by name.

    Args:
        path: A file that numpy's `savez` wrote.
        limit: Bytes that it may expand to.

    Raises:
        ArtifactError: It is damaged, holds something else than plain arrays, or is too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            # a small file may claim to unpack into a very large one
            if sum(member.file_size for member in members) > limit:
                raise ArtifactError(f"The model's {path.name} is larger than allowed.")
            return {
                member.filename.removesuffix(_SUFFIX): _array(archive, member) for member in members
            }
    except _DAMAGE as error:
        raise ArtifactError(f"The model's {path.name} is damaged: {error}.") from error


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> npt.NDArray[Any]:
    with archive.open(member) as file:
        version = npy.read_magic(file)
        if version not in _HEADERS:
            raise ValueError(f"{member.filename} is of an unknown version")
        shape, _, kind = _HEADERS[version](file)
        # numpy would reserve the memory that a header claims before it looks for the content;
        # objects, which have no size here, it refuses by itself
        size = math.prod(shape) * kind.itemsize
        if size != member.file_size - file.tell() and not kind.hasobject:
            raise ValueError(f"{member.filename} is not as large as its header says")
    with archive.open(member) as file:
        array: npt.NDArray[Any] = npy.read_array(file, allow_pickle=False)
    return array

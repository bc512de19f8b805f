"""Artifacts that were tampered with in S3: refused in a sentence, nothing run, nothing written.

Who can write to the bucket has gone far already; they get no further.
"""

import io
import json
import pickle
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from local.stack import BUCKET

pytestmark = pytest.mark.thorough

ROWS = [[n, "films", f"u{n}", f"i{n}"] for n in range(10)]


class Files:
    """The files of an artifact, to be changed and packed again."""

    def __init__(self, archive: bytes, marker: Path) -> None:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            self.contents = {
                member.name: tar.extractfile(member).read()  # type: ignore[union-attr]
                for member in tar
                if member.isfile()
            }
        #: A file that only code out of the artifact would make.
        self.marker = marker
        self.members: list[tuple[tarfile.TarInfo, bytes]] = []

    def arrays(self) -> dict[str, Any]:
        with np.load(io.BytesIO(self.contents["arrays.npz"]), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}

    def replace_member(self, name: str, content: bytes) -> None:
        """Change one member of `arrays.npz`."""
        source = zipfile.ZipFile(io.BytesIO(self.contents["arrays.npz"]))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
            for member in source.namelist():
                changed.writestr(member, content if member == name else source.read(member))
        self.contents["arrays.npz"] = target.getvalue()

    def add(self, name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> None:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        self.members.append((member, b""))

    def packed(self) -> bytes:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, content in self.contents.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
            for member, content in self.members:
                tar.addfile(member, io.BytesIO(content))
        return packed.getvalue()


class Payload:
    """Unpickled, it makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return Path.touch, (self.marker,)


def header(shape: str, kind: str = "<f8") -> bytes:
    """The start of a .npy file of any shape, without the content."""
    text = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape}}}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def parent(files: Files) -> None:
    files.add(f"../../{files.marker.name}")


def absolute(files: Files) -> None:
    files.add(str(files.marker))


def symlink(files: Files) -> None:
    files.contents.pop("manifest.json")
    files.add("manifest.json", tarfile.SYMTYPE, "/etc/passwd")


def hardlink(files: Files) -> None:
    files.add("copy", tarfile.LNKTYPE, "/etc/passwd")


def device(files: Files) -> None:
    files.add("device", tarfile.CHRTYPE)


def pickled_ids(files: Files) -> None:
    stored = io.BytesIO()
    np.save(stored, np.array([Payload(files.marker)], dtype=object), allow_pickle=True)
    files.replace_member("user_ids.npy", stored.getvalue())


def bare_pickle(files: Files) -> None:
    files.replace_member("user_ids.npy", pickle.dumps(Payload(files.marker)))


def pickle_for_archive(files: Files) -> None:
    files.contents["arrays.npz"] = pickle.dumps(Payload(files.marker))


def absurd_shape(files: Files) -> None:
    files.replace_member("user_biases.npy", header(f"({2**40},)"))


def absurd_product(files: Files) -> None:
    files.replace_member("user_factors.npy", header(f"({2**33}, {2**33})"))


def negative_shape(files: Files) -> None:
    files.replace_member("user_biases.npy", header("(-1,)"))


def absurd_width(files: Files) -> None:
    files.replace_member("user_ids.npy", header("(30,)", f"<U{2**28}"))


def header_of_code(files: Files) -> None:
    text = f"__import__('pathlib').Path({str(files.marker)!r}).touch()"
    files.replace_member("user_biases.npy", header(f"({text},)"))


def bomb(files: Files) -> None:
    """A small member that says it expands to eight gigabytes."""
    _add_array(files, bytes(1 << 20), claimed=8 << 30)


def lying_bomb(files: Files) -> None:
    """A member that expands to far more than it says."""
    _add_array(files, header(f"({8 << 20},)") + bytes(64 << 20), claimed=1000)


def not_finite(files: Files) -> None:
    arrays = files.arrays()
    arrays["user_biases"][0] = np.nan
    _store(files, arrays)


def places_beyond_the_items(files: Files) -> None:
    arrays = files.arrays()
    arrays["rated_indices"][0] = 2**30
    _store(files, arrays)


def manifest_of_megabytes(files: Files) -> None:
    files.contents["manifest.json"] = b" " * (2 << 20) + files.contents["manifest.json"]


def manifest_nested_deeply(files: Files) -> None:
    files.contents["manifest.json"] = b"[" * 100_000


def manifest_of_another_version(files: Files) -> None:
    document = json.loads(files.contents["manifest.json"])
    files.contents["manifest.json"] = json.dumps(document | {"format_version": 99}).encode()


def truncated(files: Files) -> None:
    files.contents["arrays.npz"] = files.contents["arrays.npz"][:-100]


def _store(files: Files, arrays: dict[str, Any]) -> None:
    stored = io.BytesIO()
    np.savez(stored, **arrays)
    files.contents["arrays.npz"] = stored.getvalue()


def _add_array(files: Files, content: bytes, claimed: int) -> None:
    stored = io.BytesIO(files.contents["arrays.npz"])
    with zipfile.ZipFile(stored, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("added.npy", content)
        archive.filelist[-1].file_size = claimed
    files.contents["arrays.npz"] = stored.getvalue()


HOSTILE: tuple[Callable[[Files], None], ...] = (
    *(parent, absolute, symlink, hardlink, device),
    *(pickled_ids, bare_pickle, pickle_for_archive, header_of_code),
    *(absurd_shape, absurd_product, negative_shape, absurd_width, bomb, lying_bomb),
    *(not_finite, places_beyond_the_items, truncated),
    *(manifest_of_megabytes, manifest_nested_deeply, manifest_of_another_version),
)


@pytest.fixture
def tampered(cloud: Any, trainings: list[str], tmp_path: Path) -> Iterator[Any]:
    """Puts a changed artifact in the place of a finished training's; gives the job and a marker."""
    key = f"training/{trainings[1]}/output/model.tar.gz"
    original = cloud.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    marker = tmp_path / "marker"

    def tamper(change: Callable[[Files], None]) -> str:
        files = Files(original, marker)
        change(files)
        cloud.s3.put_object(Bucket=BUCKET, Key=key, Body=files.packed())
        return trainings[1]

    yield tamper
    assert not marker.exists(), "code out of an artifact ran, or a file escaped"
    assert not list(cloud.stack.state_dir.rglob("marker"))
    cloud.s3.put_object(Bucket=BUCKET, Key=key, Body=original)


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_tampered_artifacts_never_come_into_service(
    integrator: Any, cloud: Any, models: list[str], tampered: Any, change: Any
) -> None:
    """As an update of a model in service, which goes on serving what it served."""
    expected = integrator.finish("/invoke", ROWS).values
    before = cloud.endpoints()["snowreel-local-films"]
    reply = integrator.finish("/deploy", [[0, "films", tampered(change)]])
    assert reply.error["code"] == "DeploymentFailed", reply
    message = reply.error["message"]
    assert "serves what it served before" in message
    assert re.search(r"The (artifact|model)('s)? ", message.partition("ends with")[2] or message)
    assert "root:" not in message, "a file of the machine was read out"
    assert cloud.endpoints()["snowreel-local-films"] == before
    assert integrator.finish("/invoke", ROWS).values == expected
    assert len(cloud.programs("serve")) == len(models)

"""Settings are the same after writing and reading; what is wrong with a file is one sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from loopback import settings_file


@dataclass(frozen=True)
class Part:
    name: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Whole:
    port: int
    folder: Path
    seconds: float
    parts: Mapping[str, Part]
    names: tuple[str, ...] = ()
    quiet: bool = False
    limit: float | None = None
    part: Part | None = None


WHOLE = Whole(1, Path("/a/b"), 2.5, {"one": Part("x", "y")}, ("m", "n"), quiet=True)


def test_what_was_written_is_read(tmp_path):
    path = settings_file.write(WHOLE, tmp_path / "settings.json")
    assert settings_file.read(Whole, path) == WHOLE
    assert path.stat().st_mode & 0o077 == 0


def test_what_has_a_default_may_be_left_out(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"port": 1, "folder": "a", "seconds": 2, "parts": {"one": {"name": "x"}}}')
    assert settings_file.read(Whole, path) == Whole(1, Path("a").absolute(), 2, {"one": Part("x")})


def test_what_may_be_none_is_read_as_its_kind_or_none(tmp_path):
    whole = replace(WHOLE, limit=2, part=Part("x"))
    path = settings_file.write(whole, tmp_path / "settings.json")
    assert settings_file.read(Whole, path) == whole
    path = settings_file.write(WHOLE, path)
    assert settings_file.read(Whole, path) == WHOLE


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"prot": 1}, "prot is no setting of the settings"),
        ({"port": None}, "port of the settings cannot be None"),
        ({"port": True}, "port of the settings cannot be True"),
        ({"quiet": 1}, "quiet of the settings cannot be 1"),
        ({"seconds": "2"}, "seconds of the settings cannot be '2'"),
        ({"names": "m"}, "names of the settings cannot be 'm'"),
        ({"folder": 1}, "folder of the settings cannot be 1"),
        ({"parts": {"one": {}}}, "name of one of parts of the settings is missing"),
        ({"limit": "2"}, "limit of the settings cannot be '2'"),
        ({"part": {"name": 1}}, "name of part of the settings cannot be 1"),
        ({"parts": []}, "parts of the settings cannot be []"),
    ],
)
def test_a_wrong_value_is_named(tmp_path, change, sentence):
    path = settings_file.write(WHOLE, tmp_path / "settings.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match="settings") as caught:
        settings_file.read(Whole, path)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("content", ["", "{", "[]", "1"])
def test_a_file_that_holds_no_object_is_refused(tmp_path, content):
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"."):
        settings_file.read(Whole, path)

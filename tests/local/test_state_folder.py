"""The state folder: one stack at a time, nothing of others removed, damage named."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.errors import LocalError
from local.stack import PRINCIPALS, Stack
from local.state_folder import claimed, is_claimed, known_credentials


def described(state_dir: Path) -> Stack:
    stack = Stack(
        state_dir=state_dir, warehouse_port=1, aws_port=2, gateway_port=3, sagemaker_port=4
    )
    return replace(stack, credentials=known_credentials(state_dir))


def test_one_stack_at_a_time(tmp_path: Path) -> None:
    with claimed(tmp_path):
        assert is_claimed(tmp_path)
        with pytest.raises(LocalError, match="already runs"), claimed(tmp_path):
            pass
    assert not is_claimed(tmp_path)
    with claimed(tmp_path):
        pass


def test_fresh_removes_the_stacks_data_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "SNOWREEL.db").touch()
    (tmp_path / "stack.json").touch()
    (tmp_path / "thesis.txt").touch()
    with claimed(tmp_path, fresh=True):
        assert not (tmp_path / "warehouse").exists()
        assert not (tmp_path / "stack.json").exists()
        assert (tmp_path / "thesis.txt").exists()


def test_a_file_is_no_state_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(LocalError, match="cannot be used"), claimed(file):
        pass


def test_credentials_survive_a_restart(tmp_path: Path) -> None:
    stack = described(tmp_path)
    stack.write()
    assert set(stack.credentials) == set(PRINCIPALS)
    assert known_credentials(tmp_path) == stack.credentials


def test_description_is_for_its_owner_alone(tmp_path: Path) -> None:
    described(tmp_path).write()
    assert Stack.file(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"{", b'{"credentials": {}}', b"\xff\xfe"])
def test_damage_is_named_with_the_way_out(tmp_path: Path, damage: bytes) -> None:
    Stack.file(tmp_path).write_bytes(damage)
    with pytest.raises(LocalError, match=r"damaged.*--fresh"):
        known_credentials(tmp_path)

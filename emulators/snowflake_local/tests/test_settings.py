"""The settings file: read as it was written, for its owner alone, damage in one sentence."""

import subprocess
import sys

import pytest
from loopback import settings_file
from loopback.credentials import Credentials
from snowflake_local.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(
        port=1,
        data_dir=tmp_path / "data",
        account_id="123456789012",
        region="eu-north-1",
        principals={"arn:aws:iam::123456789012:role/caller": Credentials.generate()},
        sts_endpoint_url="http://localhost:3",
        addresses={"https://api.example.com/v1": "http://localhost:2/v1"},
    )


def test_settings_are_read_as_they_were_written(settings, tmp_path):
    settings_file.write(settings, tmp_path / "settings.json")
    assert settings_file.read(Settings, tmp_path / "settings.json") == settings


def test_settings_are_for_their_owner_alone(settings, tmp_path):
    settings_file.write(settings, tmp_path / "settings.json")
    assert (tmp_path / "settings.json").stat().st_mode & 0o077 == 0
    (key,) = settings.principals.values()
    assert key.aws_secret_access_key not in repr(settings)


@pytest.mark.parametrize("text", ["", "{", "{}", '{"principals": {}, "data_dir": "x", "films": 1}'])
def test_damaged_settings_are_one_sentence(tmp_path, text):
    (tmp_path / "settings.json").write_text(text)
    ended = subprocess.run(
        [sys.executable, "-m", "snowflake_local", tmp_path / "settings.json"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{tmp_path / 'settings.json'} is damaged")
    assert ended.stderr.count("\n") == 1

"""The command line as a process: exit codes, one sentence, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

SNOWREEL = Path(sys.executable).parent / "snowreel"


def snowreel(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [SNOWREEL, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", ["up", "demo", "load", "sql", "doctor"])
def test_every_command_explains_itself(command: str) -> None:
    done = snowreel(command, "--help")
    assert done.returncode == 0
    assert "--state-dir" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["load"],
        ["load", "imdb", "--from", "."],
        ["sql", "--format", "xml"],
        ["sql", "-q", "select 1", "-D", "x"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    done = snowreel(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["sql", "-q", "select 1"], ["doctor"], ["load", "movielens", "--from", "."]]
)
def test_without_a_stack_one_sentence_says_how_to_start_one(
    arguments: list[str], tmp_path: Path
) -> None:
    done = snowreel(*arguments, "--state-dir", tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "snowreel up" in done.stderr


def test_a_script_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    script = tmp_path / "script.sql"
    script.write_bytes(b"\xff\xfe")
    done = snowreel("sql", "-f", script, "--state-dir", tmp_path)
    assert done.returncode == 1
    assert done.stderr == f"Error: {script} is no text in UTF-8: give a SQL script.\n"


def test_help_and_refusals_wait_for_no_large_library() -> None:
    program = "import sys, cli.main; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"snowflake.connector", "boto3", "httpx", "pandas"} & set(done.stdout.split())

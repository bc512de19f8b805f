"""Promises of the repository itself."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_snowflake_folder_does_not_hide_the_connector() -> None:
    assert not (ROOT / "snowflake" / "__init__.py").exists()


def test_every_requirement_is_locked_with_hashes_and_without_addresses() -> None:
    lists = sorted((ROOT / "requirements").glob("*.txt"))
    assert lists
    for path in lists:
        text = path.read_text()
        assert "://" not in text, f"{path.name} holds an address"
        pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==\S+", text, re.MULTILINE)
        assert pins, f"{path.name} pins nothing"
        blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
        assert all("--hash=sha256:" in block for block in blocks if "==" in block), path.name


def test_every_list_is_locked_or_part_of_one_that_is() -> None:
    lists = sorted((ROOT / "requirements").glob("*.in"))
    included = {
        name for path in lists for name in re.findall(r"^-r (\S+)", path.read_text(), re.MULTILINE)
    }
    for path in lists:
        assert path.with_suffix(".txt").exists() or path.name in included, path.name


def test_no_path_of_a_machine_is_committed(tracked_files: list[Path]) -> None:
    pattern = re.compile(r"(?<![\w<])/(?:root|home/\w+|work)/(?!\.)")
    for path in tracked_files:
        if (
            path.suffix in {".png", ".ico", ".woff2"}
            or not path.is_file()
            or path == Path(__file__)
        ):
            continue
        found = pattern.search(path.read_text(errors="replace"))
        assert not found, f"{path.relative_to(ROOT)} names {found and found[0]}"


def test_readme_names_every_make_target_for_users() -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    documents = (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
    missing = [name for name in targets if f"make {name}" not in documents]
    assert not missing, f"not in README.md or CONTRIBUTING.md: {missing}"


def test_make_alone_prints_help() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "make demo" in shown
    assert "make test" in shown


def test_a_worker_runs_its_tests_in_units(request: pytest.FixtureRequest) -> None:
    is_worker = hasattr(request.config, "workerinput")
    group = f"@{Path(__file__).relative_to(ROOT)}"
    assert request.node.nodeid.endswith(group) == is_worker


def test_every_package_has_the_version_of_the_project(tracked_files: list[Path]) -> None:
    """The bill of materials of npm's packages cannot be written without one, either."""
    projects = [path for path in tracked_files if path.name == "pyproject.toml"]
    versions = {tomllib.loads(path.read_text())["project"]["version"] for path in projects}
    for name in ("package.json", "package-lock.json"):
        versions.add(json.loads((ROOT / name).read_text()).get("version"))
    assert len(versions) == 1, versions

"""Machine code is made once per machine, not once per process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config
from recommender.kernels.compiled import use_writable_cache

DOCKERFILE = Path(__file__).parents[2] / "containers" / "recommender" / "Dockerfile"


def files_after_compiling(cache: Path) -> set[str]:
    """Compiled files once a new process has called every kernel."""
    subprocess.run(
        [sys.executable, "-m", "recommender.compile_kernels"],
        check=True,
        capture_output=True,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
    )
    return {path.name for path in cache.rglob("*.nbc")}


@pytest.mark.thorough
def test_a_second_process_finds_every_kernel_compiled(tmp_path):
    made = files_after_compiling(tmp_path)
    assert len(made) > 10
    assert files_after_compiling(tmp_path) == made


def test_the_image_compiles_for_the_processor_that_it_names_when_it_runs():
    """Machine code for the builder's own processor would be made anew on each of SageMaker's."""
    _, packages, image = re.split(r"^FROM ", DOCKERFILE.read_text(), flags=re.MULTILINE)
    assert image.startswith("packages\n")
    for name in ("NUMBA_CACHE_DIR", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"):
        assert len(re.findall(rf"{name}=\S", packages)) == 1
        assert name not in image


def test_machine_code_in_a_folder_that_nobody_may_write_to_is_found(tmp_path, monkeypatch):
    """Numba would compile nothing, and refuse to start, where only /tmp can be written."""
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "sgd.nbi").write_text("index")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "kernels"))
    use_writable_cache()
    assert vars(config)["CACHE_DIR"] == str(tmp_path / "kernels")
    monkeypatch.setattr(os, "access", lambda *_: False)
    use_writable_cache()
    copy = Path(vars(config)["CACHE_DIR"])
    assert copy != tmp_path / "kernels"
    assert (copy / "sgd.nbi").read_text() == "index"

"""Machine code is made once per machine, not once per process."""

import os
import subprocess
import sys
from pathlib import Path


def files_after_compiling(cache: Path) -> set[str]:
    """Compiled files once a new process has called every kernel."""
    subprocess.run(
        [sys.executable, "-m", "recommender.compile_kernels"],
        check=True,
        capture_output=True,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
    )
    return {path.name for path in cache.rglob("*.nbc")}


def test_a_second_process_finds_every_kernel_compiled(tmp_path):
    made = files_after_compiling(tmp_path)
    assert len(made) > 10
    assert files_after_compiling(tmp_path) == made

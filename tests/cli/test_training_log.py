"""Progress is read from the job that starts while one watches."""

import time
from pathlib import Path

from cli.training_log import newest_line, shown


def test_newest_line(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("progress 0.10 reading ratings\nmetric rmse=1\nprogress 0.40 fold 2 of 5\nbye\n")
    assert newest_line(log) == (0.4, "fold 2 of 5")


def test_no_progress_yet(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("starting\n")
    assert newest_line(log) is None


class Steps:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def update(self, step: str, done: int, total: int) -> None:
        self.seen.append(step)


def write(jobs_dir: Path, name: str, line: str) -> None:
    (jobs_dir / name).mkdir(exist_ok=True)
    (jobs_dir / name / "train.log").write_text(f"progress 0.50 {line}\n")


def test_the_job_that_starts_first_is_followed_and_no_other(tmp_path: Path) -> None:
    write(tmp_path, "before", "long done")
    steps = Steps()
    with shown(tmp_path, steps):  # type: ignore[arg-type]
        write(tmp_path, "ours", "our fold")
        wait_for(steps, "our fold")
        write(tmp_path, "another", "their fold")
        write(tmp_path, "ours", "our last fold")
        wait_for(steps, "our last fold")
    assert set(steps.seen) == {"starting the training job", "our fold", "our last fold"}


def wait_for(steps: Steps, step: str) -> None:
    deadline = time.monotonic() + 30
    while step not in steps.seen:
        assert time.monotonic() < deadline, steps.seen
        time.sleep(0.02)

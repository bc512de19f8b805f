"""Progress is read from the job that starts while one watches."""

from pathlib import Path

from local.training_log import newest_line


def test_newest_line(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("progress 0.10 reading ratings\nmetric rmse=1\nprogress 0.40 fold 2 of 5\nbye\n")
    assert newest_line(log) == (0.4, "fold 2 of 5")


def test_no_progress_yet(tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text("starting\n")
    assert newest_line(log) is None

"""The progress that a running training job writes to its log."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from cli.progress import Progress

_LINE = re.compile(r"progress ([01](?:\.\d+)?) (.+)")
_POLL_SECONDS = 0.2
_WHOLE = 1000


def newest_line(log: Path) -> tuple[float, str] | None:
    """The last `progress` line of a log: the fraction done and what is being done."""
    found = _LINE.findall(log.read_text(errors="replace"))
    return (float(found[-1][0]), found[-1][1].strip()) if found else None


@contextmanager
def shown(jobs_dir: Path, progress: Progress) -> Iterator[None]:
    """Show the progress of the training job that starts inside the block."""
    known = set(_logs(jobs_dir))
    ended = Event()
    watcher = Thread(target=_watch, args=(jobs_dir, known, progress, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(jobs_dir: Path, known: set[Path], progress: Progress, ended: Event) -> None:
    progress.update("starting the training job", 0, _WHOLE)
    log: Path | None = None
    while not ended.wait(_POLL_SECONDS):
        # the first job that starts is ours; those that others start meanwhile are not
        log = log or next((one for one in _logs(jobs_dir) if one not in known), None)
        if log is not None and (line := newest_line(log)):
            progress.update(line[1], round(line[0] * _WHOLE), _WHOLE)


def _logs(jobs_dir: Path) -> list[Path]:
    return sorted(jobs_dir.glob("*/train.log"))

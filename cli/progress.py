"""Progress of long work: a bar on a terminal, a line per step elsewhere."""

from types import TracebackType
from typing import Self

import rich.progress
from rich.console import Console


class Progress:
    """Shows what is being done and how far it is."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bars = rich.progress.Progress(
            rich.progress.TextColumn("  {task.description}"),
            rich.progress.BarColumn(),
            rich.progress.TaskProgressColumn(),
            rich.progress.TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._task: rich.progress.TaskID | None = None
        self._step = ""

    def update(self, step: str, done: int, total: int) -> None:
        """`done` of `total` units of `step` are finished."""
        if not self._console.is_terminal:
            self._print_once(step)
        elif self._task is None:
            self._task = self._bars.add_task(step, completed=done, total=total)
        else:
            self._bars.update(self._task, description=step, completed=done, total=total)

    def _print_once(self, step: str) -> None:
        if step != self._step:
            self._console.print(f"  {step}", highlight=False)
            self._step = step

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

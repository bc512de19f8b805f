"""Exposures of this process: each is counted once and recorded in the background."""

from collections.abc import Sequence
from datetime import datetime

from webapp.exposures.events import Action, Click, Exposure, Source
from webapp.exposures.recorder import Recorder
from webapp.exposures.repeats import Repeats


class Exposures:
    """Record of what pages have shown, for views that tell how good it was."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._repeats = Repeats()

    def show(
        self,
        viewer_id: str,
        shelf: str,
        film_ids: Sequence[str],
        *,
        source: Source,
        now: datetime,
    ) -> None:
        """Record that a shelf has shown these films, in this order."""
        shown = (
            Exposure(
                viewer_id=viewer_id,
                film_id=film_id,
                rank=rank,
                shelf=shelf,
                source=source,
                shown_at=now,
            )
            for rank, film_id in enumerate(film_ids, 1)
        )
        new = [each for each in shown if self._repeats.is_new(each)]
        if new:
            self._recorder.record(new)

    def click(
        self, viewer_id: str, shelf: str, film_id: str, *, action: Action, now: datetime
    ) -> None:
        """Record that the viewer has done this with a film of a shelf."""
        click = Click(
            viewer_id=viewer_id, film_id=film_id, shelf=shelf, action=action, clicked_at=now
        )
        self._recorder.record([click])

"""Sides of the users in a batch: champion or challenger, of whichever models the batch asks."""

from dataclasses import dataclass, field
from typing import Any

from functions.names import SecondKind
from functions.sagemaker.inference import Inference
from functions.settings import invoke_settings
from functions.split import place

#: A row's values; the first is the model's name.
Cells = tuple[Any, ...]


@dataclass(frozen=True)
class Sides:
    """The sides of a batch's rows."""

    inference: Inference
    #: Place of the user's id in a row; None: the rows know no user, and the champion answers.
    user: int | None
    #: By model; the same for all rows, whatever happens meanwhile.
    _shares: dict[str, float] = field(default_factory=dict)

    def of(self, cells: Cells) -> SecondKind | None:
        """The second endpoint that answers a row; None: the model's own."""
        if self.user is None:
            return None
        model_name = cells[0]
        share = self._shares.get(model_name)
        if share is None:
            share = self._shares[model_name] = self._share(model_name)
        if share and place(model_name, cells[self.user]) < share:
            return "challenger"
        return None

    def _share(self, model_name: str) -> float:
        settings = invoke_settings()
        return self.inference.share(settings.prefix, model_name, settings.share_seconds)

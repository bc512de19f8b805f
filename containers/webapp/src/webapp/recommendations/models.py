"""Deployed models, and the choice of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Model:
    """A deployed model and its state."""

    name: str
    is_in_service: bool
    #: Whose model it is, as far as it is known.
    training_job: str | None = None

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> Self:
        """Read an element of `list_models()`'s answer."""
        in_service = {"InService", "Updating", "SystemUpdating", "RollingBack"}
        is_in_service = answer["status"] in in_service
        return cls(answer["model_name"], is_in_service, answer.get("training_job"))


def chosen(models: Sequence[Model], wanted: str) -> Model | None:
    """The model named `wanted`; without a name the first in service, or else the first."""
    if wanted:
        return next((model for model in models if model.name == wanted), None)
    return next((model for model in models if model.is_in_service), next(iter(models), None))

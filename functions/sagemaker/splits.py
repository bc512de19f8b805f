"""Splits of a stack's users between champions and challengers, as a process knows them.

One list of the challengers' endpoints answers for all models, so a model without a challenger costs
nothing of its own; each challenger takes one call more. SageMaker publishes no rate for either and
throttles both. What is known is used again for a while, and for longer where SageMaker is silent:
an answer never depends on its control plane.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.errors import BusyError
from functions.names import SECOND, SPLIT_TAG, SecondKind, endpoint_name, second_variant
from functions.sagemaker.control_plane import ControlPlane
from functions.sagemaker.errors import MissingError, SageMakerError
from functions.sagemaker.many_calls import of_each
from functions.split import Split
from functions.telemetry import logger

_CHALLENGER: SecondKind = "challenger"
#: SageMaker is asked again so soon after it did not answer.
_AGAIN_SECONDS = 10.0


@dataclass
class Splits:
    """The splits of one stack."""

    sagemaker: ControlPlane
    prefix: str
    #: By the challenger's endpoint.
    _known: Mapping[str, Split] = field(default_factory=dict)
    #: On the monotonic clock: until when they are used, and endpoints are left alone.
    _fresh_until: float = 0.0
    _left_until: dict[str, float] = field(default_factory=dict)

    def share(self, model_name: str, seconds: float) -> float:
        """The share of a model's users that its challenger answers now.

        Args:
            model_name: The model; one without a challenger has the share 0.
            seconds: Age of what is known, at most, while SageMaker answers.
        """
        self._refresh(seconds)
        endpoint = endpoint_name(self.prefix, second_variant(_CHALLENGER, model_name))
        split = self._known.get(endpoint)
        if split is None or time.monotonic() < self._left_until.get(endpoint, 0.0):
            return 0.0
        return split.share(time.time())

    def leave(self, endpoint: str, seconds: float) -> None:
        """Let the champion answer for a challenger that cannot, for so long."""
        self._left_until[endpoint] = time.monotonic() + seconds

    def _refresh(self, seconds: float) -> None:
        asked = time.monotonic()
        if asked < self._fresh_until:
            return
        try:
            self._known, self._fresh_until = self._shown(), asked + seconds
        except (BusyError, SageMakerError) as error:
            logger.warning("The challengers' shares are not known anew: %s", error)
            self._fresh_until = time.monotonic() + _AGAIN_SECONDS

    def _shown(self) -> dict[str, Split]:
        serving = self.sagemaker.serving_endpoints(f"{SECOND}{_CHALLENGER}")
        own = [name for name in serving if name.startswith(f"{self.prefix}-")]
        return dict(of_each(lambda name: self._split(name, serving[name]), own))

    def _split(self, endpoint: str, arn: str) -> tuple[str, Split] | None:
        try:
            split = Split.of_text(self.sagemaker.tags(arn).get(SPLIT_TAG, ""))
        except MissingError:
            return None
        return (endpoint, split) if split else None

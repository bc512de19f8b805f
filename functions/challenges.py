"""Challengers: second endpoints that answer a share of a model's users.

The share is a tag of the challenger's endpoint, which `invoke` functions read; SageMaker deletes it
with the endpoint. Each batch makes a configuration, as deployments do: the first one of a
challenger is deployed, a later one changes the share and is its batch's receipt alone. A share is
changed from what it was when the batch asked for it, or not at all.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from functions import deployment_reasons, error_codes, names
from functions.deployment import Deployments
from functions.deployment_request import ChallengeRequest
from functions.errors import BusyError, RefusedError
from functions.sagemaker.deployed_models import unknown_model
from functions.sagemaker.errors import MissingError
from functions.sagemaker.resources import BROKEN_STATES, Endpoint, EndpointConfig
from functions.second_endpoints import SecondEndpoints
from functions.split import Split
from functions.undeployment import UndeploymentRequest, Undeployments

#: What the change of a tag may take, beside the time in which every function has read it.
_WRITE_SECONDS = 2.0


class Challenger(NamedTuple):
    """A training whose model answers a share of the users."""

    training_job: str
    share: float


@dataclass(frozen=True)
class Challenges:
    """The challengers of one stack's models."""

    deployments: Deployments

    @property
    def endpoints(self) -> SecondEndpoints:
        """The endpoints that they serve on."""
        return SecondEndpoints(deployments=self.deployments, kind="challenger")

    def is_known(self, request: ChallengeRequest) -> bool:
        """True where the training's model is the challenger already: its share alone changes.

        Raises:
            RefusedError: The model does not serve, or has a challenger of another training.
            BusyError: The model or its challenger is being changed.
        """
        self._require_champion(request.model_name)
        endpoint = self.endpoints.find(request.model_name)
        if endpoint is None or endpoint.status in BROKEN_STATES:
            return False
        if endpoint.is_busy:
            raise BusyError(f"The challenger of {request.model_name} is being changed.")
        self._require_same(endpoint, request)
        return True

    def begin(self, request: ChallengeRequest) -> EndpointConfig:
        """The batch's configuration: made now, or found from an earlier request of the batch.

        Raises:
            RefusedError: A quota or the artifact stops it, or the batch id began other work.
            BusyError: The challenger is being changed.
        """
        endpoint = self.endpoints.find(request.model_name)
        if endpoint is None or endpoint.status in BROKEN_STATES:
            return self.endpoints.begin(request)
        return self.deployments.adopt(request, partial(self._create_change, request, endpoint))

    def advance(self, config: EndpointConfig) -> bool:
        """Take the next step towards the share that `config` was made for.

        Returns:
            Whether every function knows it, and it holds.

        Raises:
            RefusedError: The challenger failed or was ended, or another change came first.
            BusyError: The challenger is being changed.
        """
        tags = self.deployments.sagemaker.tags(config.arn)
        endpoint = self.endpoints.find(config.model_name)
        split = self._split(endpoint)
        if split is not None and split.by == config.name:
            return time.time() >= split.since
        if names.REQUESTED_TAG in tags:
            return True
        if names.SHARE_OF_TAG not in tags and not self._serves(endpoint, config):
            return False
        if endpoint is None or not _is_asked_about(endpoint, split, config, tags):
            raise RefusedError(error_codes.DEPLOYMENT_FAILED, deployment_reasons.overtaken(config))
        self._share_out(endpoint, split, config, float(tags[names.SHARE_TAG]))
        return False

    def share(self, config: EndpointConfig) -> float:
        """The share that the batch of `config` asked for."""
        return float(self.deployments.sagemaker.tags(config.arn)[names.SHARE_TAG])

    def current_share(self, endpoint: Endpoint) -> float:
        """The share of the users that a challenger's endpoint answers now."""
        split = self._split(endpoint)
        return split.share(time.time()) if split else 0.0

    def current(self, model_name: str) -> Challenger | None:
        """The challenger of a model, whatever its endpoint's state, if there is one."""
        endpoint = self.endpoints.find(model_name)
        config = self.deployments.sagemaker.endpoint_config(endpoint.config) if endpoint else None
        if endpoint is None or config is None:
            return None
        return Challenger(config.training_job, self.current_share(endpoint))

    def end(self, batch_id: str, model_name: str) -> None:
        """Remove a model's challenger, once for each batch.

        Raises:
            RefusedError: There is none, or the batch id began other work.
            BusyError: It is being changed.
        """
        variant = names.second_variant("challenger", model_name)
        request = UndeploymentRequest(batch_id=batch_id, variant=variant)
        Undeployments(self.deployments).carry_out(request)

    # --- steps ----------------------------------------------------------------------------------

    def _require_champion(self, model_name: str) -> None:
        endpoint = self.deployments.settled(model_name)
        if endpoint is None:
            settings = self.deployments.settings
            raise unknown_model(self.deployments.sagemaker, settings.prefix, model_name)
        if endpoint.status in BROKEN_STATES:
            raise RefusedError(
                error_codes.ENDPOINT_FAILED,
                f"The endpoint of the model {model_name} failed: deploy a model that serves first.",
            )

    def _require_same(self, endpoint: Endpoint, request: ChallengeRequest) -> None:
        """See that a challenger is of the training whose share is to change."""
        config = self.deployments.sagemaker.endpoint_config(endpoint.config)
        if config is None or config.training_job != request.training_job:
            other = config.training_job if config else "of a training that nothing names any more"
            raise RefusedError(
                error_codes.CHALLENGER_EXISTS,
                f"{request.model_name} has the challenger {other} already: end it first, with"
                f" set_challenger('{request.model_name}', null, 0).",
            )

    def _create_change(self, request: ChallengeRequest, endpoint: Endpoint) -> None:
        if endpoint.is_busy:
            raise BusyError(f"The {names.in_words(request.variant)} is being changed.")
        # again: another batch may have been faster since the gate was asked
        self._require_same(endpoint, request)
        split = self._split(endpoint)
        change = replace(request, share_of=endpoint.config)
        config = change.config(
            self.deployments.settings, replaces=split.by if split else None, previous=None
        )
        self.deployments.content.make(names.in_words(request.variant), request.training_job, config)

    def _serves(self, endpoint: Endpoint | None, config: EndpointConfig) -> bool:
        """Bring the challenger into service, unless it serves or was rejected meanwhile."""
        if endpoint is None and not self._may_begin(config):
            self.deployments.remove(config.variant)
        return self.endpoints.advance(config)

    def _may_begin(self, config: EndpointConfig) -> bool:
        versions = self.deployments.arrivals.versions
        if config.training_job in versions.rejected(config.model_name):
            return False
        champion = self.deployments.serving(config.model_name)
        return champion is None or champion.training_job != config.training_job

    def _share_out(
        self, endpoint: Endpoint, split: Split | None, config: EndpointConfig, share: float
    ) -> None:
        now = time.time()
        new = Split(
            before=split.share(now) if split else 0.0,
            after=share,
            since=now + self.deployments.settings.share_seconds + _WRITE_SECONDS,
            by=config.name,
        )
        try:
            self.deployments.sagemaker.add_tags(endpoint.arn, {names.SPLIT_TAG: str(new)})
        except MissingError as error:
            raise BusyError("The challenger has just been removed: send it again.") from error
        self.deployments.sagemaker.add_tags(config.arn, {names.REQUESTED_TAG: "yes"})

    def _split(self, endpoint: Endpoint | None) -> Split | None:
        if endpoint is None:
            return None
        try:
            tags = self.deployments.sagemaker.tags(endpoint.arn)
        except MissingError:
            # removed since it was looked at
            return None
        return Split.of_text(tags.get(names.SPLIT_TAG, ""))


def _is_asked_about(
    endpoint: Endpoint, split: Split | None, config: EndpointConfig, tags: Mapping[str, str]
) -> bool:
    """True while the challenger, and its share, are those that a batch wants to change."""
    is_same_challenger = endpoint.config == tags.get(names.SHARE_OF_TAG, config.name)
    is_same_share = tags.get(names.REPLACES_TAG) == (split.by if split else None)
    return is_same_challenger and is_same_share

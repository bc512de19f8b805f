"""The loop's state machine over a SageMaker in memory, on the test's own clock."""

from types import SimpleNamespace

import pytest
from nights import Nights
from sagemaker_clients import SharedClients
from sagemaker_double import SageMakerDouble


@pytest.fixture
def nights(aws: SageMakerDouble, clients: SharedClients, monkeypatch: pytest.MonkeyPatch) -> Nights:
    """Runs of the loop."""
    # the pauses between two tries of a call: the nights have a clock of their own
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    found = Nights(aws)
    clients.send_executions_to(found.step_functions.send, monkeypatch)
    return found

"""The handlers' boto3 clients, made once per process: making a pair takes 20 ms and more."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.retries.quota import RetryQuota

from functions.sagemaker import client as control
from functions.sagemaker import endpoints
from functions.step_functions import client as state_machines

_ID = "sagemaker-double"


class SharedClients:
    """Clients whose requests go to one receiver after the other, each met with a full budget."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._budgets: list[RetryQuota] = []
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr("botocore.retries.quota.RetryQuota", self._budget)
            # not the handlers' own, which other tests leave with addresses and keys of theirs
            self.control = control.control_client.__wrapped__()
            self.runtime = endpoints.runtime_client.__wrapped__()
            self.state_machines = state_machines.client.__wrapped__()

    def _budget(self) -> RetryQuota:
        self._budgets.append(RetryQuota())
        return self._budgets[-1]

    def refill(self) -> None:
        """Forget the retries of the past: a process that starts has all of its budget."""
        for budget in self._budgets:
            budget.release(budget.INITIAL_CAPACITY)

    def send_to(self, receiver: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
        """Give the handlers these clients; `receiver` answers their requests."""
        self.refill()
        for client in (self.control, self.runtime):
            client.meta.events.unregister("before-send", unique_id=_ID)
            client.meta.events.register("before-send", receiver, unique_id=_ID)
        patch.setattr(control, "control_client", lambda: self.control)
        patch.setattr(control, "brief_client", lambda: self.control)
        patch.setattr(endpoints, "runtime_client", lambda: self.runtime)

    def send_executions_to(self, receiver: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
        """Give the handlers the client of Step Functions; `receiver` answers its requests."""
        self.state_machines.meta.events.unregister("before-send", unique_id=_ID)
        self.state_machines.meta.events.register("before-send", receiver, unique_id=_ID)
        patch.setattr(state_machines, "client", lambda: self.state_machines)

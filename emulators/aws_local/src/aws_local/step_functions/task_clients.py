"""Clients with which a state machine's tasks call AWS, signed by the machine's role."""

import threading
from typing import Any

import boto3
from botocore.config import Config

from aws_local.settings import Account

#: A task's own TimeoutSeconds decides how long it waits; Lambda answers within 15 minutes.
_READ_TIMEOUT_SECONDS = 3600


class TaskClients:
    """Clients of the account's endpoint."""

    def __init__(self, account: Account, endpoint_url: str) -> None:
        self._keys = {each.arn: each.credentials for each in account.principals.values()}
        self._region = account.region
        self._endpoint_url = endpoint_url
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def client(self, service: str, role_arn: str) -> Any:
        """The client of a service, signing as a role."""
        with self._lock:  # sessions of boto3 are for one thread, its clients for many
            if (service, role_arn) not in self._clients:
                self._clients[service, role_arn] = self._make(service, role_arn)
            return self._clients[service, role_arn]

    def close(self) -> None:
        """Let no task learn of an answer any more: its execution begins again at the next start."""
        self._closed.set()

    def _make(self, service: str, role_arn: str) -> Any:
        key = self._keys[role_arn]
        client = boto3.client(
            service,
            endpoint_url=self._endpoint_url,
            region_name=self._region,
            aws_access_key_id=key.aws_access_key_id,
            aws_secret_access_key=key.aws_secret_access_key,
            config=Config(
                parameter_validation=False,
                retries={"total_max_attempts": 1},
                read_timeout=_READ_TIMEOUT_SECONDS,
                max_pool_connections=50,
            ),
        )
        for event in ("before-call", "after-call", "after-call-error"):
            client.meta.events.register_last(event, self._hold)
        return client

    def _hold(self, **_: Any) -> None:
        """Keep a task of a closed emulator waiting for the process to end."""
        if self._closed.is_set():
            threading.Event().wait()

"""boto3's description of a service: its operations, their parameters and protocol."""

from functools import lru_cache
from typing import Any

import botocore.session


@lru_cache
def service_model(service: str) -> Any:
    """The model of a service that boto3 calls `service`."""
    return botocore.session.get_session().get_service_model(service)

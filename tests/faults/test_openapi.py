"""schemathesis reads docs/openapi.json and asks the gateway whatever it allows, and more.

Nothing that it begins runs: SageMaker's start is put off, then the jobs are stopped.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import requests
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    status_code_conformance,
)

from local.stack import REGION

pytestmark = pytest.mark.thorough

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "openapi.json"
RAW: dict[str, Any] = json.loads(DOCUMENT.read_text())

document = schemathesis.openapi.from_path(DOCUMENT)
document.config.generation.update(modes=list(schemathesis.GenerationMode))
# Its fixed list of some ninety cases an operation takes minutes and finds what the drawn ones find.
document.config.phases.coverage.enabled = False


@schemathesis.check
def answer_is_as_documented(_: Any, response: Any, case: Any) -> None:
    """schemathesis's own check reads rows (prefixItems) as another draft would."""
    operation = RAW["paths"][case.operation.path][case.operation.method]
    answer = operation["responses"][str(response.status_code)]
    if "$ref" in answer:
        answer = RAW["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"]["application/json"]["schema"]
    whole = schema | {"components": RAW["components"]}
    jsonschema_rs.Draft202012Validator(whole).validate(response.json())


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    answer_is_as_documented,
]


class Signature(requests.auth.AuthBase):
    """Signs a request as it goes out."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.pop("Authorization", None)
        sent = {
            name: value
            for name, value in request.headers.items()
            if name.lower().startswith("sf-") and isinstance(value, str)
        }
        signed = AWSRequest(request.method, request.url, sent, data=request.body or b"")
        SigV4Auth(self._credentials, "execute-api", REGION).add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


@pytest.fixture
def signature(integrator: Any) -> Signature:
    key = integrator.stack.credentials["integrator"]
    return Signature(Credentials(key.aws_access_key_id, key.aws_secret_access_key))


@pytest.fixture
def nothing_runs(cloud: Any, set_timings: Any) -> Iterator[None]:
    """No training starts, now or later."""
    set_timings(start_delay_seconds=3600)
    yield
    for job in cloud.jobs():
        described = cloud.sagemaker.describe_training_job(TrainingJobName=job)
        if described["TrainingJobStatus"] == "InProgress":
            cloud.sagemaker.stop_training_job(TrainingJobName=job)


@document.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_what_its_document_says(
    case: Any, integrator: Any, models: list[str], signature: Signature, nothing_runs: None
) -> None:
    case.call_and_validate(
        base_url=integrator.stack.api_url, auth=signature, checks=CHECKS, timeout=30
    )

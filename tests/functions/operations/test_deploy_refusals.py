"""Models that SageMaker does not make, and polls while it is busy."""

import pytest
from deployed_models import ENDPOINT, deploy

UNREADABLE = (
    "Could not access model data at s3://x. Please ensure that the role exists. Also ensure that "
    'the role has "s3:GetObject" permissions and that the object is located in us-east-1.'
)
OCI = "Unsupported manifest media type application/vnd.oci.image.manifest.v1+json."


@pytest.mark.parametrize(
    ("message", "code", "sentence"),
    [
        ("Could not find model data at s3://x.", "ArtifactMissing", "is gone from the bucket"),
        (UNREADABLE, "ArtifactMissing", "else give the endpoints' role its rights back"),
        (OCI, "DeploymentFailed", "build it with `--output type=docker --provenance=false`"),
    ],
)
def test_a_model_that_sagemaker_does_not_make_is_refused(api, aws, message, code, sentence):
    job = aws.trained("a")
    aws.fail("CreateModel", "ValidationException", message)
    reply = api.post("/deploy", [[0, "films", job]])
    assert (reply.status, reply.value["error"]["code"]) == (200, code)
    assert sentence in reply.value["error"]["message"]
    assert not aws.names("model") | aws.living_configs() | aws.names("endpoint")
    assert deploy(api, aws, job).value["status"] == "InService"


def test_a_poll_of_a_busy_sagemaker_is_asked_again(api, aws):
    job = aws.trained("a")
    api.post("/deploy", [[3, "films", job]])
    for _ in range(2):
        aws.fail("DescribeEndpoint", "ThrottlingException", "Rate exceeded")
    assert api.get("/deploy").status == 202
    aws.settle(ENDPOINT)
    assert api.get("/deploy").value["status"] == "InService"

"""The custom resource that looks at an image before anything uses it."""

import boto3
import pytest
from moto import mock_aws

from functions.custom_resources import image_digest
from functions.custom_resources.protocol import CustomResourceError, Request

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
REFUSED = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


@pytest.fixture
def ecr(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    image_digest._ecr.cache_clear()
    with mock_aws():
        client = boto3.client("ecr")
        client.create_repository(repositoryName="snowreel")
        yield client
    image_digest._ecr.cache_clear()


def push(ecr, manifest):
    put = ecr.put_image(
        repositoryName="snowreel",
        imageManifest='{"schemaVersion": 2, "layers": []}',
        imageManifestMediaType=manifest,
        imageTag="abc",
    )
    return put["image"]["imageId"]["imageDigest"]


def asked():
    return Request(properties={"RepositoryName": "snowreel", "Tag": "abc"}, deadline=0)


def test_the_digest_of_a_tagged_image_is_found(ecr):
    digest = push(ecr, DOCKER)
    assert digest.startswith("sha256:")
    assert image_digest.RESOURCE.create_or_update(asked()) == {"Digest": digest}


def test_a_missing_image_is_one_sentence(ecr):
    with pytest.raises(CustomResourceError, match="snowreel:abc is not in ECR") as caught:
        image_digest.RESOURCE.create_or_update(asked())
    assert caught.value.nothing_made


@pytest.mark.parametrize("manifest", REFUSED)
def test_a_manifest_that_sagemaker_refuses_is_one_sentence_with_the_flag(ecr, manifest):
    push(ecr, manifest)
    with pytest.raises(CustomResourceError) as caught:
        image_digest.RESOURCE.create_or_update(asked())
    assert str(caught.value) == (
        f"The image snowreel:abc has the manifest {manifest}, which SageMaker does not take: "
        "delete it from ECR, build it with `--provenance=false --output type=docker` "
        "and deploy again."
    )
    assert caught.value.nothing_made

"""Promises of the image stack."""

import json
from pathlib import Path

import pytest

from infra.constructs.container_image import ContainerImage

ROOT = Path(__file__).parents[3]


def test_the_repository_is_immutable_scanned_and_cleaned_up(dev):
    properties = dev.the("AWS::ECR::Repository")["Properties"]
    assert properties["ImageTagMutability"] == "IMMUTABLE"
    assert properties["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert properties["EmptyOnDelete"] is True
    policy = json.loads(properties["LifecyclePolicy"]["LifecyclePolicyText"])
    assert policy["rules"][0]["action"] == {"type": "expire"}


def test_the_image_is_copied_into_our_repository_under_the_hash_of_its_source(dev):
    properties = dev.the("Custom::CDKECRDeployment")["Properties"]
    repository = next(iter(dev.resources("AWS::ECR::Repository"))).split("/")[1]
    assert repository in json.dumps(properties["DestImage"])
    assert "cdk-hnb659fds-container-assets" in json.dumps(properties["SrcImage"])
    tag = dev.the("Custom::ImageDigest")["Properties"]["Tag"]
    assert json.dumps(properties["DestImage"]).rstrip('"]}').endswith(f":{tag}")


def test_the_functions_use_the_image_by_its_digest_in_our_repository(dev):
    uris = [
        json.dumps(function["Properties"]["Environment"]["Variables"]["SNOWREEL_IMAGE_URI"])
        for function in dev.resources("AWS::Lambda::Function", "Api").values()
        if "SNOWREEL_IMAGE_URI" in function["Properties"]["Environment"]["Variables"]
    ]
    assert len(uris) == 2
    for uri in uris:
        assert "@" in uri
        assert "Digest" in uri


def test_the_digest_is_read_after_the_copy(dev):
    copy = next(iter(dev.resources("Custom::CDKECRDeployment"))).split("/")[1]
    assert copy in dev.the("Custom::ImageDigest")["DependsOn"]


def test_the_image_is_built_for_the_machines_of_sagemaker(dev):
    assets = json.loads((dev.folder / "ContainerImage.assets.json").read_text())
    (image,) = assets["dockerImages"].values()
    assert image["source"]["platform"] == "linux/amd64"
    assert image["source"]["dockerFile"] == "containers/recommender/Dockerfile"


def test_the_build_context_holds_the_image_and_nothing_else(dev):
    assets = json.loads((dev.folder / "ContainerImage.assets.json").read_text())
    (image,) = assets["dockerImages"].values()
    context = dev.folder / image["source"]["directory"]
    files = {path.relative_to(context) for path in context.rglob("*") if path.is_file()}
    for path in files:
        is_ours = path.is_relative_to("containers/recommender")
        assert is_ours or path == Path("requirements/recommender.txt"), path
        assert "__pycache__" not in path.parts
        assert not any(part.startswith(".") for part in path.parts), path
    program = "containers/recommender/Dockerfile"
    assert (context / program).read_bytes() == (ROOT / program).read_bytes()
    assert sum((context / path).stat().st_size for path in files) < 2_000_000


def test_the_copy_may_read_and_write_the_two_repositories_alone(dev):
    for name, statement in dev.statements():
        if name.startswith("ContainerImage/CopyRole") and statement["Resource"] != "*":
            text = json.dumps(statement["Resource"])
            assert "Repository" in text or "/aws/lambda/snowreel-dev-container-image-*" in text


def test_an_image_built_elsewhere_needs_no_stack_and_no_docker(prod):
    assert "ContainerImage" not in prod.templates
    assert not list(prod.folder.glob("*docker*"))


@pytest.mark.parametrize("name", ["snowreel", "team/snowreel"])
def test_the_repository_of_an_image_is_read_from_its_address(name):
    image = ContainerImage.built_elsewhere(
        f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/{name}@sha256:{'a' * 64}"
    )
    assert image.repository_arn == f"arn:aws:ecr:eu-west-1:111122223333:repository/{name}"

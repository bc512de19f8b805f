"""Promises of the repository of the images, and of the image that is pushed to it."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def built(deployment):
    """The image of the training job and the endpoints, as the CLI is told to build it."""
    assets = json.loads((deployment.folder / "Api.assets.json").read_text())
    (image,) = assets["dockerImages"].values()
    return image


def test_tags_never_change_and_images_are_scanned(deployment):
    properties = deployment.the("AWS::ECR::Repository")["Properties"]
    assert properties["ImageTagMutability"] == "IMMUTABLE"
    assert properties["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_no_image_expires_as_it_may_be_in_use(deployment):
    assert "LifecyclePolicy" not in deployment.the("AWS::ECR::Repository")["Properties"]


@pytest.mark.parametrize(("environment", "kept"), [("dev", False), ("prod", True)])
def test_the_images_go_or_stay_with_the_models_that_they_serve(request, environment, kept):
    repository = request.getfixturevalue(environment).the("AWS::ECR::Repository")
    assert (repository["DeletionPolicy"] == "Retain") is kept
    assert repository["Properties"].get("EmptyOnDelete", False) is not kept


def test_the_image_is_pushed_to_our_repository_under_the_hash_of_its_source(dev):
    (destination,) = built(dev)["destinations"].values()
    repository = dev.the("AWS::ECR::Repository")["Properties"]["RepositoryName"]
    assert destination["repositoryName"] == repository == "snowreel-dev"
    properties = dev.the("Custom::ImageDigest")["Properties"]
    assert properties["RepositoryName"] == repository
    assert properties["Tag"] == destination["imageTag"]


def test_the_repository_lets_in_the_role_that_pushes(dev):
    (destination,) = built(dev)["destinations"].values()
    account = "${AWS::AccountId}"
    role_arn = destination["assumeRoleArn"].replace("${AWS::Partition}", "aws")
    document = dev.the("AWS::ECR::Repository")["Properties"]["RepositoryPolicyText"]
    (statement,) = document["Statement"]
    _, parts = statement["Principal"]["AWS"]["Fn::Join"]
    assert "".join(account if isinstance(part, dict) else part for part in parts) == role_arn
    assert {"ecr:DescribeImages", "ecr:PutImage"} <= set(statement["Action"])


def test_the_functions_use_the_image_by_its_digest(dev):
    uris = [
        json.dumps(function["Properties"]["Environment"]["Variables"]["SNOWREEL_IMAGE_URI"])
        for function in dev.resources("AWS::Lambda::Function", "Api").values()
        if "SNOWREEL_IMAGE_URI"
        in function["Properties"].get("Environment", {}).get("Variables", {})
    ]
    assert len(uris) == 2
    for uri in uris:
        assert "/snowreel-dev@" in uri
        assert "Digest" in uri


def test_the_image_is_built_for_the_machines_of_sagemaker(dev):
    source = built(dev)["source"]
    assert source["platform"] == "linux/amd64"
    assert source["dockerFile"] == "containers/recommender/Dockerfile"


def test_the_image_is_built_with_a_manifest_that_sagemaker_takes(dev):
    assert built(dev)["source"]["dockerOutputs"] == ["type=docker"]


def test_the_build_context_holds_the_image_and_nothing_else(dev):
    context = dev.folder / built(dev)["source"]["directory"]
    files = {path.relative_to(context) for path in context.rglob("*") if path.is_file()}
    for path in files:
        is_ours = path.is_relative_to("containers/recommender")
        assert is_ours or path == Path("requirements/recommender.txt"), path
        assert "__pycache__" not in path.parts
        assert not any(part.startswith(".") for part in path.parts), path
    program = "containers/recommender/Dockerfile"
    assert (context / program).read_bytes() == (ROOT / program).read_bytes()
    assert sum((context / path).stat().st_size for path in files) < 2_000_000


def test_an_image_built_elsewhere_needs_no_docker_and_leaves_no_stack_behind(prod):
    assert not list(prod.folder.glob("*docker*"))
    assert not json.loads((prod.folder / "Api.assets.json").read_text())["dockerImages"]
    assert not prod.resources("Custom::ImageDigest")
    assert "ContainerImage" in prod.templates

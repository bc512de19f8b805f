"""Settings that a region or a machine cannot serve are refused before anything is made."""

import copy
from pathlib import Path

import pytest

from infra.settings.context import ContextError, read
from infra.settings.regions import SERVERLESS_REGIONS, served_region, x86_type

ROOT = Path(__file__).parents[3]
INSTANCES = {
    "at_least": 1,
    "at_most": 2,
    "type": "ml.m5.large",
    "invocations_per_minute": 600,
}
DIGEST = f"@sha256:{'0' * 64}"


def read_with(context, changes):
    changed = copy.deepcopy(context)
    section = changed["environments"]["dev"]
    for key, value in changes.items():
        is_group = isinstance(value, dict) and section.get(key) is not None
        section[key] = section[key] | value if is_group else value
    return read(changed.get)


def refusal(context, changes):
    with pytest.raises(ContextError) as caught:
        read_with(context, changes)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_another_partition_is_refused(context, region, partition):
    assert refusal(context, {"region": region}) == (
        f"The context `environments.dev.region` must lie in the partition aws, not in {partition} "
        f"as {region} does: the layer of the functions and Snowflake's integration are others "
        "there."
    )


def test_a_region_that_does_not_exist_is_refused(context):
    assert refusal(context, {"region": "us-east-9"}) == (
        "The context `environments.dev.region` must be a region that has SageMaker, not "
        "'us-east-9'."
    )


def test_serverless_endpoints_are_refused_where_there_are_none(context):
    assert refusal(context, {"region": "eu-south-2"}) == (
        "The context `environments.dev` must have `inference.instances`: eu-south-2 has no "
        "serverless endpoints."
    )
    settings = read_with(context, {"region": "eu-south-2", "inference": {"instances": INSTANCES}})
    assert settings.region == "eu-south-2"


def test_every_region_with_serverless_endpoints_is_served():
    assert len(SERVERLESS_REGIONS) == 21
    for region in SERVERLESS_REGIONS:
        assert served_region(region) == region


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (
            {"image_uri": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/snowreel{DIGEST}"},
            "image_uri",
        ),
        (
            {
                "webapp": {
                    "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1-2",
                    "public_url": "https://films.example.org",
                    "least_tasks": 1,
                    "most_tasks": 2,
                }
            },
            "webapp.certificate_arn",
        ),
        (
            {
                "snowflake": {
                    "key_pair": {
                        f"{user}_secret_arn": (
                            f"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{user}"
                        )
                        for user in ("deployer", "training")
                    }
                }
            },
            "snowflake.key_pair.deployer_secret_arn",
        ),
    ],
)
def test_what_lies_in_another_region_is_refused(context, changes, path):
    assert refusal(context, changes) == (
        f"The context `environments.dev` must have `{path}` in the deployment's region us-east-1, "
        "not in eu-west-1."
    )
    assert read_with(context, changes | {"region": "eu-west-1"}).region == "eu-west-1"


@pytest.mark.parametrize("name", ["m6g.large", "c7gd.xlarge", "t4g.medium", "g5g.xlarge"])
def test_machines_with_graviton_processors_are_refused(context, name):
    for changes in (
        {"training": {"instance_type": f"ml.{name}"}},
        {"inference": {"instances": INSTANCES | {"type": f"ml.{name}"}}},
    ):
        text = refusal(context, changes)
        assert f"an x86 processor such as ml.m5.large, not 'ml.{name}', whose Graviton" in text


@pytest.mark.parametrize("name", ["m5.large", "m5d.large", "g4dn.xlarge", "g5.xlarge", "c6i.large"])
def test_machines_with_x86_processors_are_taken_with_and_without_disks_of_their_own(name):
    assert x86_type(f"ml.{name}") == f"ml.{name}"


def test_no_arn_of_the_infrastructure_names_its_partition():
    """They are formed by CDK or with the one constant, so that none differs from the others."""
    for path in (ROOT / "infra").rglob("*.py"):
        assert "arn:aws" not in path.read_text(), path

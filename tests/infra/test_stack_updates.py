"""Versions of the app follow each other in an account: deployed, updated, rolled back, destroyed.

What CloudFormation would refuse is refused here, by the rules in `cloudformation`.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from cloudformation import Account, RefusalError
from stack_versions import StackVersion, altered, synthesised

Versions = dict[str, list[StackVersion]]
LOOP = "snowreel-dev-retraining"
CHANGES = ("image", "settings", "signature")


@pytest.fixture(scope="module")
def versions(dev, prod) -> Versions:
    """The app at one commit and, by what a later commit changes, at others."""
    base = synthesised(dev.folder)
    image = dev.the("Custom::ImageDigest")["Properties"]["Tag"]
    scripts = dev.the("Custom::SnowflakeObjects")["Properties"]["Scripts"]
    functions = dev.resources("AWS::Lambda::Function").values()
    code = {function["Properties"]["Code"]["S3Key"] for function in functions}
    # the other environment has each setting that this one has not
    every = altered(synthesised(prod.folder), {"snowreel-prod": "snowreel-dev"})
    # a stack that settings take away is removed by hand, as `infra.deployed` says
    settings = [stack for stack in every if stack.name in {each.name for each in base}]
    return {
        "base": base,
        "loop": every,
        "image": altered(base, {image: "1" * 64}),
        "settings": settings,
        "signature": altered(base, {scripts: "2" * 64} | {key: f"new-{key}" for key in code}),
        "region": altered(base, {"us-east-1": "eu-west-1"}),
        "environment": altered(base, {"snowreel-dev": "snowreel-test"}),
    }


def deployed(stacks: Sequence[StackVersion], **options: Any) -> Account:
    account = Account(**options)
    account.deploy(stacks)
    return account


def named(stacks: Sequence[StackVersion], name: str) -> StackVersion:
    (found,) = (stack for stack in stacks if stack.name == name)
    return found


@pytest.mark.parametrize("version", ["base", *CHANGES, "loop", "region", "environment"])
def test_every_version_is_deployed_to_an_empty_account_and_destroyed(versions, version):
    account = deployed(versions[version])
    assert len(account.stacks) == len(versions[version]) >= 5
    account.destroy(versions[version])
    assert not account.stacks


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_deployed_and_reverted_and_nothing_is_left(versions, change):
    account = deployed(versions["base"])
    for version in (change, "base", change, "base"):
        account.deploy(versions[version])
    account.destroy(versions["base"])
    assert not account.stacks
    assert not account.kept


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("failing", range(5))
def test_a_change_that_fails_at_any_stack_is_rolled_back_and_deployed_again(
    versions, change, failing
):
    """The stacks before the one that fails have been updated, those after it have not."""
    base, new = versions["base"], versions[change]
    account = deployed(base)
    account.deploy(new[: failing + 1])
    account.update(named(base, new[failing].name))
    account.deploy(new)
    account.deploy(base)


def test_another_region_is_refused_until_the_deployment_is_destroyed_in_the_first(versions):
    """The roles' fixed names are taken: Snowflake knows them, and IAM is one for all regions."""
    account = deployed(versions["base"])
    with pytest.raises(RefusalError, match=r'"snowreel-dev-[a-z-]+" already exists'):
        account.deploy(versions["region"])
    account.destroy(versions["region"])
    assert {region for region, _ in account.stacks} == {"us-east-1"}
    account.destroy(versions["base"])
    account.deploy(versions["region"])
    account.destroy(versions["region"])
    assert not account.stacks


def test_another_name_of_the_environment_is_another_deployment(versions):
    """CloudFormation sees no reason to refuse it; `infra.deployed` does."""
    account = deployed(versions["base"])
    account.deploy(versions["environment"])
    account.destroy(versions["environment"])
    assert len(account.stacks) == len(versions["base"])


def test_an_image_built_elsewhere_takes_no_stack_out_of_the_app(versions):
    assert {stack.name for stack in versions["base"]} == {
        stack.name for stack in versions["loop"]
    } - {LOOP}


def test_the_nightly_loop_comes_and_goes_with_its_setting(versions):
    account = deployed(versions["base"])
    account.deploy(versions["loop"])
    account.destroy([named(versions["loop"], LOOP)])
    account.deploy(versions["base"])
    account.destroy(versions["base"])
    assert not account.stacks


def test_kept_images_are_taken_up_by_the_next_deployment(prod):
    """`make deploy` asks for that; the other data that is kept has no fixed name."""
    stacks = synthesised(prod.folder)
    account = deployed(stacks, import_existing=True)
    account.destroy(stacks)
    assert [(kind, name) for kind, _, name in account.kept] == [
        ("AWS::ECR::Repository", '"snowreel-prod"')
    ]
    account.deploy(stacks)
    assert not account.kept
    without = deployed(stacks)
    without.destroy(stacks)
    with pytest.raises(RefusalError, match="already exists"):
        without.deploy(stacks)

"""Each action, resource and principal of each statement is there, and is needed.

The policies are those of the synthesised templates; what is asked of them is recorded from the
product's own code, or stands on a vendor's page.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from aws_local.iam.authority import Authority
from aws_local.iam.policy_document import statements
from aws_local.settings import Access, Identity
from needed_access import ACCOUNT, ADMINISTRATOR, Deployed, Need, needs
from removals import Removal, removals

from local.access_document import access_document, local_names
from local.stack import ACCOUNT_ID, REGION

#: Nothing needs these, and why they stay.
EXPLAINED = {
    # In one account either policy is enough, the caller's or the API's; the role says itself what
    # it may, and goes on working when the API's policy admits another account's role in its place.
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    "policy of arn:aws:iam::123456789012:role/PREFIX-snowflake-caller: ",
}


@pytest.fixture(scope="session")
def deployments(dev, prod, recorded) -> list[tuple[Deployed, Access, list[Need]]]:
    """The environments with their policies, and what is asked of them."""
    found = []
    for prefix, assembly in (("snowreel-dev", dev), ("snowreel-prod", prod)):
        deployed = _deployed(prefix, assembly)
        found.append((deployed, _access(deployed), list(needs(deployed, recorded.requests))))
    return found


def _deployed(prefix, assembly) -> Deployed:
    names = local_names(assembly.templates, prefix)
    document = access_document(names)
    is_prod = prefix == "snowreel-prod"
    repository = "snowreel" if is_prod else prefix  # prod's image is built elsewhere
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:"
    return Deployed(
        prefix=prefix,
        document=document,
        image_uri=f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/{repository}@sha256:{'0' * 64}",
        buckets_to_empty=tuple(
            names.value(resource["Properties"]["Bucket"], path.partition("/")[0])
            for path, resource in assembly.resources("Custom::BucketContent").items()
        ),
        integrators=(f"arn:aws:iam::{ACCOUNT_ID}:role/integrator",) if is_prod else (),
        secrets={
            "training-job": f"{secret}training-AbCdEf",
            "deployer": f"{secret}deployer-AbCdEf",
        }
        if is_prod
        else {},
    )


def _access(deployed: Deployed) -> Access:
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    identities = {
        arn: Identity(
            policy=statements({"Statement": role["policy"]}),
            trust=statements({"Statement": role["trust"]}),
        )
        for arn, role in deployed.document["roles"].items()
    }
    return Access(
        identities=identities | {ADMINISTRATOR: Identity(policy=statements(everything))},
        resources={
            arn: statements({"Statement": policy})
            for arn, policy in deployed.document["resources"].items()
        },
    )


def _unmet(access: Access, asked: list[Need]) -> Iterator[Need]:
    authority = Authority(replace(ACCOUNT, access=access))
    return (
        need for need in asked if authority.allows(need.caller, need.request) != need.is_allowed
    )


def _concerned(removal: Removal, asked: list[Need]) -> list[Need]:
    """The requests that a removal can decide otherwise."""
    if removal.kind == "policy":
        return [need for need in asked if need.caller.principal == removal.owner]
    return [need for need in asked if need.request.resource.startswith(removal.owner)]


def test_every_request_gets_its_answer(deployments):
    for _, access, asked in deployments:
        assert list(_unmet(access, asked)) == []


def test_nothing_is_granted_that_nothing_needs(deployments):
    needed: set[str] = set()
    unneeded: set[str] = set()
    for deployed, access, asked in deployments:
        for removal in removals(deployed.document):
            missed = any(_unmet(removal.applied(access), _concerned(removal, asked)))
            (needed if missed else unneeded).add(removal.named(deployed.prefix))
    assert len(needed) > 100
    left = unneeded - needed
    assert sorted(each for each in left if not each.startswith(tuple(EXPLAINED))) == []
    assert all(any(each.startswith(reason) for each in left) for reason in EXPLAINED)

"""Each action, resource, principal and condition of each statement is there, and is needed.

The policies are those of the synthesised templates, of every stack; what is asked of them is
recorded from the product's own code, or stands on a vendor's page. `make rights` prints the request
that each is for.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aws_local.iam.authority import Authority
from aws_local.iam.policy_document import statements
from aws_local.settings import Access, Identity
from delivery_needs import PROVIDER, bootstrap_roles, delivery_needs
from needed_access import ACCOUNT, ADMINISTRATOR, Deployed, Function, Need, needs
from removals import Removal, removals
from retraining_needs import retraining_needs
from webapp_needs import webapp_needs

from local.access_document import access_document, local_names
from local.physical_names import PhysicalNames
from local.stack import ACCOUNT_ID, REGION

#: Nothing needs these, and why they stay.
EXPLAINED = {
    # In one account either policy is enough, the caller's or the API's; the role says itself what
    # it may, and goes on working when the API's policy admits another account's role in its place.
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    "policy of arn:aws:iam::123456789012:role/PREFIX-snowflake-caller: ",
    # The deny beside it shuts the same callers out; an allow for everybody would leave the API to
    # that one statement alone.
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
    "resource of arn:aws:execute-api:us-east-1:123456789012:snowreel: Condition ArnEquals ",
}
REPOSITORY, ENVIRONMENT = "example@1/films@2", "production"
WEBAPP_IMAGE = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/webapp@sha256:{'1' * 64}"
#: AWS's own policies, of which only the name is ours.
MANAGED = {"AmazonAPIGatewayPushToCloudWatchLogs"}


@dataclass(frozen=True)
class _Case:
    """A deployment, its policies, and what is asked of them."""

    prefix: str
    templates: dict[str, Any]
    document: Mapping[str, Any]
    access: Access
    asked: list[Need]


@pytest.fixture(scope="session")
def cases(synthesise, prod_settings, webapp_settings, recorded) -> list[_Case]:
    """The environments with all stacks that settings can add."""
    delivery = {"repository": REPOSITORY, "github_environment": ENVIRONMENT}
    added = {"webapp": webapp_settings, "retraining": prod_settings["retraining"]}
    dev = synthesise("dev", added | {"delivery": delivery})
    settings = {
        "webapp": webapp_settings | {"image_uri": WEBAPP_IMAGE},
        "delivery": delivery | {"provider_arn": PROVIDER},
    }
    prod = synthesise("prod", prod_settings | settings)
    both = (("snowreel-dev", dev), ("snowreel-prod", prod))
    return [_case(prefix, assembly, recorded.requests) for prefix, assembly in both]


def _case(prefix, assembly, recorded) -> _Case:
    names = local_names(assembly.templates, prefix)
    deployed = _deployed(prefix, assembly, names)
    stated = (
        *webapp_needs(names),
        *retraining_needs(names),
        *delivery_needs(prefix, REPOSITORY, ENVIRONMENT),
    )
    asked = [*needs(deployed, recorded), *(need for line in stated for need in line.needs())]
    document = deployed.document
    return _Case(prefix, assembly.templates, document, _access(document), asked)


def _deployed(prefix, assembly, names) -> Deployed:
    is_prod = prefix == "snowreel-prod"
    repository = "snowreel" if is_prod else prefix  # prod's image is built elsewhere
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:"
    (logging,) = (
        bucket["Properties"]["LoggingConfiguration"]
        for bucket in assembly.resources("AWS::S3::Bucket").values()
        if "LoggingConfiguration" in bucket["Properties"]
    )
    return Deployed(
        prefix=prefix,
        document=access_document(names),
        image_uri=f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com/{repository}@sha256:{'0' * 64}",
        functions=tuple(_functions(names, assembly)),
        log_bucket=f"arn:aws:s3:::{names.value(logging['DestinationBucketName'], 'Training')}",
        integrators=(f"arn:aws:iam::{ACCOUNT_ID}:role/integrator",) if is_prod else (),
        secrets={
            "training-job": f"{secret}training-AbCdEf",
            "deployer": f"{secret}deployer-AbCdEf",
        }
        if is_prod
        else {},
    )


def _functions(names: PhysicalNames, assembly) -> Iterator[Function]:
    """Of two stacks with the same code, each empties its own buckets."""
    for path, function in assembly.resources("AWS::Lambda::Function").items():
        stack, properties = path.partition("/")[0], function["Properties"]
        contents = assembly.resources("Custom::BucketContent", stack).values()
        yield Function(
            handler=properties["Handler"],
            role=names.value(properties["Role"], stack),
            log_group=names.value(properties["LoggingConfig"]["LogGroup"], stack),
            buckets_to_empty=tuple(
                names.value(content["Properties"]["Bucket"], stack) for content in contents
            ),
        )


def _access(document) -> Access:
    everything = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    identities = {
        arn: Identity(
            policy=statements({"Statement": role["policy"]}),
            trust=statements({"Statement": role["trust"]}),
        )
        for arn, role in document["roles"].items()
    }
    administrator = Identity(policy=statements(everything))
    return Access(
        identities=identities | bootstrap_roles() | {ADMINISTRATOR: administrator},
        resources={
            arn: statements({"Statement": policy}) for arn, policy in document["resources"].items()
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


def _written(value: Any) -> int:
    """Number of statements in a part of a template; a permission of Lambda's is one."""
    if isinstance(value, list):
        return sum(map(_written, value))
    if not isinstance(value, dict):
        return 0
    is_statement = "Effect" in value or value.get("Type") == "AWS::Lambda::Permission"
    return int(is_statement) + sum(map(_written, value.values()))


def test_no_policy_of_any_stack_is_left_out(cases):
    for case in cases:
        assert {"Webapp", "Retraining", "Delivery"} < case.templates.keys()
        roles = case.document["roles"].values()
        read = [policy for role in roles for policy in (role["policy"], role["trust"])]
        read += case.document["resources"].values()
        assert sum(map(len, read)) == sum(map(_written, case.templates.values()))
        managed = [
            json.dumps(arn)
            for template in case.templates.values()
            for resource in template["Resources"].values()
            for arn in resource.get("Properties", {}).get("ManagedPolicyArns", ())
        ]
        assert all(any(name in arn for name in MANAGED) for arn in managed)


def test_every_request_gets_its_answer(cases):
    for case in cases:
        assert list(_unmet(case.access, case.asked)) == []


def test_nothing_is_granted_that_nothing_needs(cases):
    found: dict[str, Need | None] = {}
    for case in cases:
        for removal in removals(case.document):
            name = removal.named(case.prefix)
            unmet = _unmet(removal.applied(case.access), _concerned(removal, case.asked))
            found[name] = found.get(name) or next(unmet, None)
    for name, need in found.items():
        print(f"{name}\n    {need.told() if need else 'explained'}")
    left = [name for name, need in found.items() if need is None]
    assert len(found) - len(left) > 100
    assert sorted(each for each in left if not each.startswith(tuple(EXPLAINED))) == []
    assert all(any(each.startswith(reason) for each in left) for reason in EXPLAINED)

"""Decisions: explicit denies, one policy inside an account, both between accounts, trust."""

import pytest
from aws_local.iam.authority import AccessDeniedError
from aws_local.iam.request import AccessRequest, Caller

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/baker"
CALLER = Caller(ROLE, "shift")
SHOWN = f"arn:aws:sts::{ACCOUNT}:assumed-role/baker/shift"
ELSEWHERE = Caller("arn:aws:iam::999999999999:role/guest")
SERVICE = Caller("sagemaker.amazonaws.com")
BUCKET, OBJECT = "arn:aws:s3:::bread", "arn:aws:s3:::bread/rye"
READ = AccessRequest.of("s3:GetObject", OBJECT)


def policy(effect="Allow", action="s3:GetObject", resource=f"{BUCKET}/*", **more):
    return {"Statement": [{"Effect": effect, "Action": action, "Resource": resource, **more}]}


def refusal(authority, caller, request):
    with pytest.raises(AccessDeniedError) as error:
        authority.require(caller, [request])
    return str(error.value)


def test_what_no_policy_allows_is_refused_in_the_words_of_aws(authority_of):
    assert refusal(authority_of({}), CALLER, READ) == (
        f"User: {SHOWN} is not authorized to perform: s3:GetObject on resource: {OBJECT} "
        "because no identity-based policy allows the s3:GetObject action"
    )


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("s3:GetObject", OBJECT, True),
        ("S3:getobject", OBJECT, True),
        ("s3:Get*", "*", True),
        ("s3:GetObject", "arn:aws:s3:::bread/r?e", True),
        ("s3:GetObject", BUCKET, False),
        ("s3:GetObject", "arn:aws:s3:::BREAD/*", False),
        ("s3:PutObject", "*", False),
        (["s3:PutObject", "s3:GetObject"], [BUCKET, OBJECT], True),
    ],
)
def test_actions_have_no_case_and_resources_do(authority_of, action, resource, allowed):
    authority = authority_of({ROLE: policy(action=action, resource=resource)})
    assert authority.allows(CALLER, READ) == allowed


def test_an_explicit_deny_wins_wherever_it_stands(authority_of):
    both = {"Statement": [*policy()["Statement"], *policy("Deny")["Statement"]]}
    assert refusal(authority_of({ROLE: both}), CALLER, READ).endswith(
        "with an explicit deny in an identity-based policy"
    )
    resources = {BUCKET: policy("Deny", Principal="*")}
    assert refusal(authority_of({ROLE: policy()}, resources=resources), CALLER, READ).endswith(
        "with an explicit deny in a resource-based policy"
    )


@pytest.mark.parametrize(
    ("element", "other"),
    [
        ("NotAction", AccessRequest.of("s3:PutObject", OBJECT)),
        ("NotResource", AccessRequest.of("s3:GetObject", "arn:aws:s3:::cake/rye")),
    ],
)
def test_elements_that_say_all_but(authority_of, element, other):
    statement = policy()["Statement"][0]
    turned = {element: statement.pop(element.removeprefix("Not")), **statement}
    authority = authority_of({ROLE: {"Statement": [turned]}})
    assert not authority.allows(CALLER, READ)
    assert authority.allows(CALLER, other)


@pytest.mark.parametrize(
    ("principal", "allowed"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ROLE}, True),
        ({"AWS": SHOWN}, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, False),
        ({"AWS": ACCOUNT}, False),
        ({"AWS": ELSEWHERE.principal}, False),
        ({"Service": "sagemaker.amazonaws.com"}, False),
    ],
)
def test_inside_an_account_the_resource_alone_may_allow(authority_of, principal, allowed):
    authority = authority_of({}, resources={BUCKET: policy(Principal=principal)})
    assert authority.allows(CALLER, READ) == allowed


@pytest.mark.parametrize("principal", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_a_role_that_trusts_the_account_leaves_it_to_the_callers_policy(authority_of, principal):
    """As the roles of CDK's bootstrap do."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}
    other = f"arn:aws:iam::{ACCOUNT}:role/oven"
    request = AccessRequest.of("sts:AssumeRole", other)
    trusts = {other: {"Statement": trust}}
    assert "no identity-based policy allows the sts:AssumeRole" in refusal(
        authority_of({}, trusts=trusts), CALLER, request
    )
    own = policy(action="sts:AssumeRole", resource=other)
    assert authority_of({ROLE: own}, trusts=trusts).allows(CALLER, request)
    assert not authority_of({ROLE: own}).allows(CALLER, request)


def test_a_deny_for_the_account_is_one_for_each_of_its_callers(authority_of):
    resources = {BUCKET: policy("Deny", Principal={"AWS": ACCOUNT})}
    authority = authority_of({ROLE: policy()}, resources=resources)
    assert "explicit deny in a resource-based policy" in refusal(authority, CALLER, READ)


def test_a_token_is_let_in_by_its_provider_and_its_claims(authority_of):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html."""
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/tokens.example.org"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider},
        "Condition": {"StringEquals": {"tokens.example.org:sub": "baker"}},
    }
    authority = authority_of({}, trusts={ROLE: {"Statement": trust}})

    def assumes(who, subject, action="sts:AssumeRoleWithWebIdentity"):
        request = AccessRequest.of(action, ROLE, {"tokens.example.org:sub": subject})
        return authority.allows(Caller(who), request)

    assert assumes(provider, "baker")
    assert not assumes(provider, "butcher")
    assert not assumes(f"{provider}.evil", "baker")
    assert not assumes(provider, "baker", "sts:AssumeRole")
    assert not assumes(CALLER.principal, "baker")


def test_an_address_of_another_account_needs_its_owner(authority_of):
    theirs = AccessRequest.of("sns:Publish", "arn:aws:sns:us-east-1:999999999999:loaves")
    authority = authority_of({ROLE: policy(action="*", resource="*")})
    assert "no resource-based policy allows" in refusal(authority, CALLER, theirs)


def test_services_and_other_accounts_get_in_by_the_resource_alone(authority_of):
    principal = {"Service": SERVICE.principal, "AWS": ELSEWHERE.principal}
    authority = authority_of({}, resources={BUCKET: policy(Principal=principal)})
    assert authority.allows(SERVICE, READ)
    assert authority.allows(ELSEWHERE, READ)
    assert not authority_of({}).allows(SERVICE, READ)


def test_a_trust_policy_decides_who_assumes_a_role(authority_of):
    condition = {"StringEquals": {"sts:ExternalId": "rye-7"}}
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": ELSEWHERE.principal},
        "Condition": condition,
    }
    authority = authority_of(
        {ROLE: policy(action="*", resource="*")}, trusts={ROLE: {"Statement": trust}}
    )

    def assumes(caller, external_id):
        request = AccessRequest.of("sts:AssumeRole", ROLE, {"sts:ExternalId": external_id})
        return authority.allows(caller, request)

    assert assumes(ELSEWHERE, "rye-7")
    assert not assumes(ELSEWHERE, "rye-8")
    assert not assumes(CALLER, "rye-7")


def test_the_principal_is_a_condition_key(authority_of):
    only = {"ArnNotEquals": {"aws:PrincipalArn": [ROLE]}}
    authority = authority_of({}, resources={BUCKET: policy("Deny", Principal="*", Condition=only)})
    outsider = Caller(f"arn:aws:iam::{ACCOUNT}:user/mouse")
    assert "no identity-based policy" in refusal(authority, CALLER, READ)
    assert "explicit deny" in refusal(authority, outsider, READ)

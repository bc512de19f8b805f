"""Promises of the delivery stack: who may take its roles, and how little they may do."""

import json

import pytest
from aws_local.iam.authority import ASSUME_ROLE, ASSUME_ROLE_FEDERATED, Authority
from aws_local.iam.policy_document import statements
from aws_local.iam.request import AccessRequest, Caller
from aws_local.settings import Access, Account, Identity
from delivery_needs import ISSUER, PROVIDER, bootstrap_roles, subject
from template_graph import needed

from infra.settings.context import ContextError
from local.access_document import access_document, local_names
from local.stack import ACCOUNT_ID, REGION

DELIVERY = {"repository": "example/films", "github_environment": "dev"}
ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/snowreel-dev-github"


@pytest.fixture(scope="module")
def delivery(synthesise):
    return synthesise("dev", {"delivery": DELIVERY}, nag=True)


def roles(deployment):
    """Properties of each role, by the end of its name."""
    found = [
        role["Properties"] for role in deployment.resources("AWS::IAM::Role", "Delivery").values()
    ]
    return {role["RoleName"].removeprefix("snowreel-dev-github-"): role for role in found}


def trust(role):
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    return statement


def test_it_is_made_only_where_the_context_has_it(dev, delivery):
    assert "Delivery" not in dev.templates
    assert set(roles(delivery)) == {"deploy", "drift"}


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("deploy", "repo:example/films:environment:dev"),
        ("drift", "repo:example/films:ref:refs/heads/main"),
    ],
)
def test_one_subject_of_one_repository_is_let_in(delivery, name, subject):
    """Anything else, a pull request or another branch, has another subject."""
    statement = trust(roles(delivery)[name])
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}
    }
    assert "*" not in json.dumps(statement)


def authority(deployment):
    """The decisions of an account with the roles of the stack and of CDK's bootstrap."""
    found = access_document(local_names(deployment.templates, "snowreel-dev"))["roles"]
    identities = {
        arn: Identity(
            policy=statements({"Statement": role["policy"]}),
            trust=statements({"Statement": role["trust"]}),
        )
        for arn, role in found.items()
    }
    access = Access(identities=identities | bootstrap_roles())
    return Authority(Account(account_id=ACCOUNT_ID, region=REGION, principals={}, access=access))


def lets_in(deployment, name, claims, provider=PROVIDER):
    request = AccessRequest.of(ASSUME_ROLE_FEDERATED, f"{ROLE}-{name}", claims)
    return authority(deployment).allows(Caller(provider), request)


@pytest.mark.parametrize(
    ("name", "repository", "job", "allowed"),
    [
        ("deploy", "example/films", "environment:dev", True),
        ("deploy", "example/films", "environment:prod", False),
        ("deploy", "example/films", "environment:dev-2", False),
        ("deploy", "example/films", "ref:refs/heads/main", False),
        ("deploy", "example/films", "pull_request", False),
        ("deploy", "forker/films", "environment:dev", False),
        ("deploy", "example/films-2", "environment:dev", False),
        ("deploy", "example@9/films@9", "environment:dev", False),
        ("drift", "example/films", "ref:refs/heads/main", True),
        ("drift", "example/films", "ref:refs/heads/mainly", False),
        ("drift", "example/films", "ref:refs/heads/try", False),
        ("drift", "example/films", "ref:refs/tags/main", False),
        ("drift", "example/films", "pull_request", False),
        ("drift", "example/films", "environment:dev", False),
        ("drift", "forker/films", "ref:refs/heads/main", False),
    ],
)
def test_a_token_is_let_in_by_what_it_says(delivery, name, repository, job, allowed):
    """Subjects as https://docs.github.com/en/actions/reference/security/oidc gives them.

    A pull request's begins with the repository that it is for, from a fork, too.
    """
    assert lets_in(delivery, name, subject(repository, job)) == allowed


def test_a_token_for_somebody_else_or_by_somebody_else_is_not_let_in(delivery):
    claims = subject("example/films", "environment:dev")
    others = claims | {f"{ISSUER}:aud": "https://github.com/example"}
    assert lets_in(delivery, "deploy", claims)
    assert not lets_in(delivery, "deploy", others)
    assert not lets_in(delivery, "deploy", {f"{ISSUER}:sub": claims[f"{ISSUER}:sub"]})
    elsewhere = f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/gitlab.example.com"
    assert not lets_in(delivery, "deploy", claims, elsewhere)


def test_a_name_that_somebody_else_took_over_is_not_let_in(synthesise):
    """Tokens of repositories made after July 15, 2026 carry ids, which are never given again."""
    named = DELIVERY | {"repository": "example@7/films@8"}
    deployment = synthesise("dev", {"delivery": named})
    for repository, allowed in (
        ("example@7/films@8", True),
        ("example@7/films@9", False),
        ("example@6/films@8", False),
        ("example/films", False),
    ):
        assert lets_in(deployment, "deploy", subject(repository, "environment:dev")) == allowed


@pytest.mark.parametrize(
    ("name", "kind", "allowed"),
    [
        ("deploy", "deploy", True),
        ("deploy", "file-publishing", True),
        ("deploy", "image-publishing", True),
        ("deploy", "lookup", True),
        ("deploy", "cfn-exec", False),
        ("drift", "lookup", True),
        ("drift", "deploy", False),
    ],
)
def test_a_workflow_becomes_the_roles_of_the_bootstrap_that_it_needs(delivery, name, kind, allowed):
    """By both policies: the bootstrap's roles let the account in, and no external id."""
    role = f"arn:aws:iam::{ACCOUNT_ID}:role/cdk-hnb659fds-{kind}-role-{ACCOUNT_ID}-{REGION}"
    decide = authority(delivery)
    request = AccessRequest.of(ASSUME_ROLE, role)
    assert decide.allows(Caller(f"{ROLE}-{name}"), request) == allowed
    with_id = AccessRequest.of(ASSUME_ROLE, role, {"sts:ExternalId": "any"})
    assert not decide.allows(Caller(f"{ROLE}-{name}"), with_id)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("deploy", {"deploy", "file-publishing", "image-publishing", "lookup"}),
        ("drift", {"lookup"}),
    ],
)
def test_a_role_may_take_roles_of_the_bootstrap_and_nothing_else(delivery, name, kinds):
    statements = [
        statement
        for policy, statement in delivery.statements()
        if policy.startswith(f"Delivery/{name.title()}Role")
    ]
    (statement,) = statements
    assert statement["Action"] == "sts:AssumeRole"
    resources = statement["Resource"]
    texts = [
        json.dumps(each) for each in (resources if isinstance(resources, list) else [resources])
    ]
    assert len(texts) == len(kinds)
    for kind in kinds:
        assert any(f"role/cdk-hnb659fds-{kind}-role-" in text for text in texts), kind
    assert not any("*" in text for text in texts)


def test_the_provider_of_the_account_outlives_the_stack(delivery):
    """There is one for each account: other repositories deploy by it, too."""
    provider = delivery.the("AWS::IAM::OIDCProvider", "Delivery")
    assert provider["DeletionPolicy"] == provider["UpdateReplacePolicy"] == "Retain"
    assert provider["Properties"]["Url"] == f"https://{ISSUER}"
    assert provider["Properties"]["ClientIdList"] == ["sts.amazonaws.com"]
    template = delivery.templates["Delivery"]
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role":
            assert "Provider" in " ".join(needed(template, name))


def test_a_provider_that_is_there_is_used(synthesise):
    deployment = synthesise("dev", {"delivery": DELIVERY | {"provider_arn": PROVIDER}})
    assert not deployment.resources("AWS::IAM::OIDCProvider")
    for role in roles(deployment).values():
        assert trust(role)["Principal"] == {"Federated": PROVIDER}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"repository": "films"}, "repository"),
        ({"repository": "example/*"}, "repository"),
        ({"repository": "example@7/films"}, "repository"),
        ({"repository": "example/films@8"}, "repository"),
        ({"github_environment": "*"}, "github_environment"),
        ({"github_environment": "dev:x"}, "github_environment"),
        ({"provider_arn": "arn:aws:iam::123456789012:oidc-provider/example.com"}, "provider_arn"),
    ],
)
def test_a_wrong_setting_is_named(synthesise, change, named):
    """A wildcard or a colon in a subject would let somebody else in."""
    with pytest.raises(ContextError, match=named):
        synthesise("dev", {"delivery": DELIVERY | change})


def test_the_rule_packs_find_nothing(delivery):
    document = json.loads((delivery.folder / "validation-report.json").read_text())
    for plugin in document["pluginReports"]:
        rules = {violation["ruleName"] for violation in plugin["violations"]}
        assert rules <= {"Annotation::snowreel:example-account"}, rules

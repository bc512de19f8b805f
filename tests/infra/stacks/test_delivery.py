"""Promises of the delivery stack: who may take its roles, and how little they may do."""

import json

import pytest
from template_graph import needed

from infra.settings.context import ContextError

DELIVERY = {"repository": "example/films", "github_environment": "dev"}
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"


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

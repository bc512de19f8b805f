"""Roles that workflows on GitHub take with a token of the moment; no key is stored anywhere."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk.aws_iam import FederatedPrincipal, PolicyStatement, Role
from constructs import Construct

#: https://docs.github.com/en/actions/reference/security/oidc
ISSUER = "token.actions.githubusercontent.com"
#: Whom the tokens are for, as the action that takes the role asks for them.
AUDIENCE = "sts.amazonaws.com"


def github_role(
    scope: Construct,
    construct_id: str,
    *,
    role_name: str,
    provider_arn: str,
    subject: str,
    bootstrap_roles: Sequence[str],
) -> Role:
    """A role that may take roles of CDK's bootstrap, and do nothing by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html

    Args:
        scope: Where it belongs.
        construct_id: Its name there.
        role_name: Fixed, as the workflows' settings name it.
        provider_arn: GitHub's identity provider in IAM.
        subject: The one `sub` of a token that is let in, `repo:OWNER/NAME:environment:prod` say.
        bootstrap_roles: Kinds of roles as CDK names them, `deploy` say.
    """
    conditions = {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject}}
    role = Role(
        scope,
        construct_id,
        role_name=role_name,
        description=f"Taken by workflows on GitHub: {subject}",
        max_session_duration=Duration.hours(1),
        assumed_by=FederatedPrincipal(provider_arn, conditions, "sts:AssumeRoleWithWebIdentity"),
    )
    arns = [_bootstrap_role_arn(Stack.of(scope), kind) for kind in bootstrap_roles]
    role.add_to_policy(PolicyStatement(actions=["sts:AssumeRole"], resources=arns))
    return role


def _bootstrap_role_arn(stack: Stack, kind: str) -> str:
    """A role of `cdk bootstrap`, which fixes the names.

    https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
    """
    qualifier = stack.synthesizer.bootstrap_qualifier
    return stack.format_arn(
        service="iam",
        region="",
        resource="role",
        resource_name=f"cdk-{qualifier}-{kind}-role-{stack.account}-{stack.region}",
    )

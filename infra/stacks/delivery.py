"""Delivery: the roles with which workflows on GitHub deploy and look for drift."""

from typing import Any

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk.aws_iam import OidcProviderNative
from constructs import Construct

from infra.constructs.github_role import AUDIENCE, ISSUER, github_role
from infra.settings.model import DeliverySettings
from infra.settings.settings import Settings


class DeliveryStack(Stack):
    """Roles that workflows on GitHub take without a stored key; only where `delivery` is set."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        delivery: DeliverySettings,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        provider_arn = delivery.provider_arn or _provider_arn(self)
        github_role(
            self,
            "DeployRole",
            role_name=settings.deploy_role_name,
            provider_arn=provider_arn,
            subject=f"repo:{delivery.repository}:environment:{delivery.github_environment}",
            bootstrap_roles=("deploy", "file-publishing", "image-publishing", "lookup"),
        )
        github_role(
            self,
            "DriftRole",
            role_name=settings.drift_role_name,
            provider_arn=provider_arn,
            subject=f"repo:{delivery.repository}:ref:refs/heads/main",
            bootstrap_roles=("lookup",),
        )


def _provider_arn(stack: Stack) -> str:
    """ARN of a provider made here; other repositories may use it, so it outlives the stack."""
    provider = OidcProviderNative(
        stack,
        "Provider",
        url=f"https://{ISSUER}",
        client_ids=[AUDIENCE],
        removal_policy=RemovalPolicy.RETAIN,
    )
    arn = provider.oidc_provider_arn
    CfnOutput(
        stack,
        "ProviderArn",
        value=arn,
        description="Kept by cdk destroy; name it as delivery.provider_arn in other deployments",
    )
    return arn

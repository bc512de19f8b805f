"""A Lambda function of the project: its own role, its own log group, nothing by default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk.aws_iam import PolicyStatement, Role, ServicePrincipal
from aws_cdk.aws_lambda import Code, Function, ILayerVersion, LoggingFormat, Tracing
from constructs import Construct

from infra.constructs.lambda_code import ARCHITECTURE, RUNTIME
from infra.constructs.log_group import log_group
from infra.constructs.nag import acknowledge, allow

_NEWEST_TESTED = "The newest Python that the project is tested with; AWS supports it until 2029."
_CALLER_WAITS = (
    "Somebody waits for each answer, the API or CloudFormation, and is told of a failure."
)
_REASONS = {
    "AwsSolutions-L1": _NEWEST_TESTED,
    "Serverless-LambdaLatestVersion": _NEWEST_TESTED,
    "Serverless-LambdaDLQ": _CALLER_WAITS,
}


@dataclass(frozen=True, kw_only=True)
class LambdaSpec:
    """Code, sizing and environment; permissions are granted by `allow`."""

    code: Code
    handler: str
    description: str
    timeout_seconds: int
    memory_mb: int
    log_retention_days: int
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: Sequence[ILayerVersion] = ()
    #: Fixed only where another stack names the function, which may go: an export would hold it.
    name: str | None = None
    #: Fixed only where somebody outside AWS is told the role's ARN.
    role_name: str | None = None
    reserved_concurrency: int | None = None


class LambdaFunction(Construct):
    """A function that may write its log and its traces; `allow` grants further permissions."""

    def __init__(self, scope: Construct, construct_id: str, spec: LambdaSpec) -> None:
        super().__init__(scope, construct_id)
        self._name = spec.name
        self.log_group = log_group(self, "LogGroup", spec.log_retention_days)
        self.role = Role(
            self,
            "Role",
            role_name=spec.role_name,
            assumed_by=ServicePrincipal("lambda.amazonaws.com"),
            description=spec.description,
        )
        self.log_group.grant_write(self.role)
        self.function = Function(
            self,
            "Function",
            function_name=spec.name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=spec.code,
            handler=spec.handler,
            description=spec.description,
            timeout=Duration.seconds(spec.timeout_seconds),
            memory_size=spec.memory_mb,
            environment=dict(spec.environment),
            layers=list(spec.layers),
            role=self.role,
            log_group=self.log_group,
            logging_format=LoggingFormat.JSON,
            tracing=Tracing.ACTIVE,
            reserved_concurrent_executions=spec.reserved_concurrency,
        )
        acknowledge(
            self.role, {"AwsSolutions-IAM5[Resource::*]": "X-Ray's actions take no resource."}
        )
        acknowledge(self.function, _REASONS)

    @property
    def watched_name(self) -> str:
        """The function's name for other stacks: one that is fixed takes no export, and may go."""
        return self._name or self.function.function_name

    def allow(self, *statements: PolicyStatement, wildcards: str = "") -> None:
        """Let the function do what the statements say; `wildcards` is why they hold any."""
        allow(self.role, *statements, wildcards=wildcards)

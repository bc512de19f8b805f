"""Requests that a deployment must allow, and some that it must refuse.

What the product's own code asks is recorded; what AWS's services ask in the name of a role, or of a
resource, is what the vendor's pages say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aws_local.iam.authority import ASSUME_ROLE
from aws_local.iam.request import AccessRequest, Caller
from aws_local.lambda_runtime import execution_role
from aws_local.sagemaker.state import container_rights
from aws_local.settings import Account

from functions.routes import ROUTES, STAGE
from local.access_document import EXTERNAL_ID
from local.stack import ACCOUNT_ID, REGION, SNOWFLAKE_USER_ARN

_PLACE = f"{ACCOUNT_ID}-{REGION}"
_PUBLISH = (
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "CompleteLayerUpload",
    "DescribeImages",
    "DescribeRepositories",
    "GetDownloadUrlForLayer",
    "InitiateLayerUpload",
    "PutImage",
    "UploadLayerPart",
)
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT_ID}:role/administrator"
ACCOUNT = Account(account_id=ACCOUNT_ID, region=REGION, principals={})
_SOURCE = {"aws:SourceAccount": ACCOUNT_ID}
_PLAIN_HTTP = {"aws:SecureTransport": "false"}
_SCALING = "sagemaker.application-autoscaling.amazonaws.com"
_SCALING_ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
SCALER = "functions.endpoint_scaling.handler.handler"
#: Of whoever should be refused, by condition key.
_OTHERS = {
    "application-autoscaling:service-namespace": "ecs",
    "aws:SourceAccount": "999999999999",
    "aws:SourceArn": "arn:aws:sns:us-east-1:999999999999:other",
    "cloudwatch:namespace": "Other",
    "iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com",
    "iam:PassedToService": "ec2.amazonaws.com",
    "s3:prefix": "other/",
    "sts:ExternalId": "another",
}


@dataclass(frozen=True)
class Need:
    """A request, and what IAM must answer."""

    caller: Caller
    request: AccessRequest
    is_allowed: bool = True

    def told(self) -> str:
        """The request in one line."""
        verb = "asks for" if self.is_allowed else "must not get"
        context = "".join(f", {key} {value}" for key, value in self.request.context)
        return (
            f"{self.caller.shown} {verb} {self.request.action} on {self.request.resource}{context}"
        )

    def guarded(self) -> Iterator["Need"]:
        """The request, then the same of somebody else by each of its keys: that is refused."""
        yield self
        for key, _ in self.request.context:
            context = dict(self.request.context) | {key: _OTHERS[key]}
            other = AccessRequest.of(self.request.action, self.request.resource, context)
            yield replace(self, request=other, is_allowed=False)


@dataclass(frozen=True, kw_only=True)
class Function:
    """A Lambda function of a template, and the buckets of its stack that are emptied."""

    handler: str
    role: str
    log_group: str
    buckets_to_empty: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The access document of one deployment, and what its templates say beside it."""

    prefix: str
    document: Mapping[str, Any]
    image_uri: str
    functions: tuple[Function, ...]
    #: Where S3 logs access to the artifacts.
    log_bucket: str
    integrators: tuple[str, ...] = ()
    #: Secrets by the role that reads them.
    secrets: Mapping[str, str]

    def role(self, name: str) -> str:
        return f"arn:aws:iam::{ACCOUNT_ID}:role/{self.prefix}-{name}"

    def owned(self, kind: str) -> list[str]:
        """ARNs with a resource policy, of one service."""
        return [arn for arn in self.document["resources"] if arn.startswith(f"arn:aws:{kind}:")]


def needs(deployed: Deployed, recorded: Mapping[str, set[AccessRequest]]) -> Iterator[Need]:
    """All that is asked of the deployment's policies."""
    yield from _of_functions(deployed, recorded)
    yield from _of_containers(deployed)
    yield from _of_the_api(deployed)
    yield from _of_the_caller(deployed)
    yield from _of_resources(deployed)
    yield from _of_the_image(deployed)
    for name, secret in deployed.secrets.items():
        yield _need(deployed.role(name), "secretsmanager:GetSecretValue", secret)


def _need(
    caller: str, action: str, resource: str, context: Mapping[str, str] | None = None, **more: Any
) -> Need:
    return Need(Caller(caller), AccessRequest.of(action, resource, context), **more)


def _guarded(caller: str, action: str, resource: str, context: Mapping[str, str]) -> Iterator[Need]:
    return _need(caller, action, resource, context).guarded()


def _of_functions(deployed: Deployed, recorded: Mapping[str, set[AccessRequest]]) -> Iterator[Need]:
    for function in deployed.functions:
        role = function.role
        yield _need(execution_role.SERVICE, ASSUME_ROLE, role)
        log_group = ACCOUNT.arn("logs", f"log-group:{function.log_group}")
        requests = (*execution_role.rights(log_group), *recorded.get(function.handler, ()))
        for request in requests:
            for own in _renamed(request, deployed, function):
                need = Need(Caller(role), own)
                # an emptier lists all of its bucket
                yield from [need] if ":s3:" in own.resource else need.guarded()
        if function.handler == SCALER:
            yield from _of_scaling(deployed, role)


def _renamed(
    request: AccessRequest, deployed: Deployed, function: Function
) -> Iterator[AccessRequest]:
    """The request with the deployment's names; one for each bucket that the function empties."""
    resource = request.resource
    if ":s3:" not in resource:
        for recorded in ("snowreel-test", "snowreel-local"):
            resource = resource.replace(recorded, deployed.prefix)
        yield AccessRequest(request.action, resource, request.context)
        return
    for bucket in function.buckets_to_empty:
        own = resource.replace("snowreel-test-artifacts", bucket)
        yield AccessRequest(request.action, own, request.context)


def _of_scaling(deployed: Deployed, role: str) -> Iterator[Need]:
    """Application Auto Scaling acts with the rights of whoever asks it to.

    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html
    """
    endpoint = ACCOUNT.arn("sagemaker", f"endpoint/{deployed.prefix}-films")
    config = ACCOUNT.arn("sagemaker", f"endpoint-config/{deployed.prefix}-films")
    alarm = ACCOUNT.arn(
        "cloudwatch",
        f"alarm:TargetTracking-endpoint/{deployed.prefix}-films/variant/films-AlarmHigh",
    )
    yield _need(role, "sagemaker:UpdateEndpointWeightsAndCapacities", endpoint)
    yield _need(role, "sagemaker:DescribeEndpointConfig", config)
    for action in ("DeleteAlarms", "DescribeAlarms", "PutMetricAlarm"):
        yield _need(role, f"cloudwatch:{action}", alarm)
    linked = f"arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/{_SCALING}/{_SCALING_ROLE}"
    yield from _guarded(
        role, "iam:CreateServiceLinkedRole", linked, {"iam:AWSServiceName": _SCALING}
    )
    for function in deployed.owned("lambda"):
        for statement in deployed.document["resources"][function]:
            source = statement.get("Condition", {}).get("ArnLike", {}).get("aws:SourceArn", "")
            if ":events:" in source:
                context = {"aws:SourceArn": source}
                yield from _guarded(
                    "events.amazonaws.com", "lambda:InvokeFunction", function, context
                )


def _of_containers(deployed: Deployed) -> Iterator[Need]:
    training, inference = deployed.role("training-job"), deployed.role("inference")
    job, image = f"{deployed.prefix}-job", deployed.image_uri
    (bucket,) = (arn for arn in deployed.owned("s3") if "-artifacts-" in arn)
    artifact = f"{bucket}/training/{job}/output/model.tar.gz"
    yield _need(training, "s3:PutObject", artifact)
    key = {"s3:prefix": artifact.partition("/")[2]}
    for role in (training, inference):
        yield _need(role, "s3:GetObject", artifact)
        yield from _guarded(role, "s3:ListBucket", bucket, key)
    container = {"Image": image, "ModelDataUrl": artifact.replace("arn:aws:s3:::", "s3://")}
    for request in container_rights.of_package(container):
        for role in ("functions-deploy-role", "functions-retrain-role"):
            yield Need(Caller(deployed.role(role)), request)
    for request in container_rights.of_training(ACCOUNT, job, image):
        yield from Need(Caller(training), request).guarded()
    endpoint = f"{deployed.prefix}-films"
    for request in container_rights.of_endpoint(ACCOUNT, endpoint, "films", image):
        yield from Need(Caller(inference), request).guarded()
    for role in (training, inference):
        yield from _guarded("sagemaker.amazonaws.com", ASSUME_ROLE, role, _SOURCE)


def _of_the_api(deployed: Deployed) -> Iterator[Need]:
    (api,) = deployed.owned("execute-api")
    functions = {arn.rpartition("-")[2]: arn for arn in deployed.owned("lambda")}
    for route in ROUTES:
        for method in ("GET", "POST"):
            address = f"{api}/{STAGE}/{method}{route.path}"
            source = {"aws:SourceArn": address}
            function = functions[route.lambda_name]
            yield from _guarded(
                "apigateway.amazonaws.com", "lambda:InvokeFunction", function, source
            )
            for caller in (deployed.role("snowflake-caller"), *deployed.integrators):
                yield _need(caller, "execute-api:Invoke", address)
    yield _need(ADMINISTRATOR, "execute-api:Invoke", f"{api}/{STAGE}/GET/models", is_allowed=False)


def _of_the_caller(deployed: Deployed) -> Iterator[Need]:
    role = deployed.role("snowflake-caller")
    context = {"sts:ExternalId": EXTERNAL_ID}
    yield from _guarded(SNOWFLAKE_USER_ARN, ASSUME_ROLE, role, context)
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    for logs in deployed.document["roles"]:
        if logs.endswith("-cloud-watch-role"):
            yield _need("apigateway.amazonaws.com", ASSUME_ROLE, logs)


def _of_resources(deployed: Deployed) -> Iterator[Need]:
    """Plain HTTP is refused; S3 delivers its logs, events and alarms reach the topic.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html,
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html.
    """
    buckets, topics = deployed.owned("s3"), deployed.owned("sns")
    (artifacts,) = (arn for arn in buckets if "-artifacts-" in arn)
    for bucket in buckets:
        for resource in (bucket, f"{bucket}/key"):
            yield _need(ADMINISTRATOR, "s3:Anything", resource, _PLAIN_HTTP, is_allowed=False)
    context = {"aws:SourceArn": artifacts} | _SOURCE
    log = f"{deployed.log_bucket}/log"
    yield from _guarded("logging.s3.amazonaws.com", "s3:PutObject", log, context)
    for topic in topics:
        yield _need(ADMINISTRATOR, "sns:Publish", topic, _PLAIN_HTTP, is_allowed=False)
        yield _need("events.amazonaws.com", "sns:Publish", topic)
        if "alarms" not in topic:
            continue
        alarm = ACCOUNT.arn("cloudwatch", f"alarm:{deployed.prefix}-latency")
        context = {"aws:SourceArn": alarm} | _SOURCE
        yield from _guarded("cloudwatch.amazonaws.com", "sns:Publish", topic, context)


def _of_the_image(deployed: Deployed) -> Iterator[Need]:
    """CDK publishes an image with the role of its bootstrap, whose own policy names other images.

    https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
    """
    publisher = f"arn:aws:iam::{ACCOUNT_ID}:role/cdk-hnb659fds-image-publishing-role-{_PLACE}"
    for repository in deployed.owned("ecr"):
        for action in _PUBLISH:
            yield _need(publisher, f"ecr:{action}", repository)

"""Requests that AWS's services make for the web app: nothing of it calls AWS by itself.

The containers sign one call, sts:GetCallerIdentity, which takes no right: by it Snowflake knows
their role, which https://docs.snowflake.com/en/user-guide/workload-identity-federation describes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_local.iam.authority import ASSUME_ROLE
from needed_access import ACCOUNT
from stated_need import StatedNeed

from local.physical_names import PhysicalNames
from local.stack import ACCOUNT_ID

_STACK = "Webapp"
_ELSEWHERE = "999999999999"
_ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html"
_TASK_ROLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"
_FLOW_LOGS = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html"
_ACCESS_LOGS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"
)
_PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")


def webapp_needs(names: PhysicalNames) -> Iterator[StatedNeed]:
    """All that running the web app asks of the policies, by what its template says."""
    resources = names.templates[_STACK]["Resources"].values()
    for resource in resources:
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::ECS::TaskDefinition":
            yield from _of_tasks(names, properties)
        elif resource["Type"] == "AWS::EC2::FlowLog":
            yield from _of_flow_logs(names, properties)
        elif resource["Type"] == "AWS::ElasticLoadBalancingV2::LoadBalancer":
            yield from _of_access_logs(names, properties)


def _of_tasks(names: PhysicalNames, task: Mapping[str, Any]) -> Iterator[StatedNeed]:
    role = names.value(task["ExecutionRoleArn"], _STACK)
    (container,) = task["ContainerDefinitions"]
    for action in _PULL:
        yield StatedNeed(
            caller=role,
            action=f"ecr:{action}",
            resource=_repository(names.value(container["Image"], _STACK)),
            use="pull the image",
            page=_ECS,
        )
    yield StatedNeed(
        caller=role,
        action="ecr:GetAuthorizationToken",
        resource="*",
        use="sign in to the registry",
        page=_ECS,
    )
    group = names.value(container["LogConfiguration"]["Options"]["awslogs-group"], _STACK)
    for action in ("CreateLogStream", "PutLogEvents"):
        yield StatedNeed(
            caller=role,
            action=f"logs:{action}",
            resource=ACCOUNT.arn("logs", f"log-group:{group}:log-stream:webapp/Webapp/1"),
            use="write the container's log",
            page=_ECS,
        )
    yield _trust("ecs-tasks.amazonaws.com", role, "run the agent in the role's name", _ECS)
    task_role = names.value(task["TaskRoleArn"], _STACK)
    use = "give the containers the role that Snowflake knows"
    yield _trust("ecs-tasks.amazonaws.com", task_role, use, _TASK_ROLE)


def _of_flow_logs(names: PhysicalNames, log: Mapping[str, Any]) -> Iterator[StatedNeed]:
    """The page also lists what makes a log group and finds one; ours is there and is named."""
    role = names.value(log["DeliverLogsPermissionArn"], _STACK)
    group = ACCOUNT.arn("logs", f"log-group:{names.value(log['LogGroupName'], _STACK)}")
    for action, stream in (
        ("CreateLogStream", "eni-1-reject"),
        ("DescribeLogStreams", ""),
        ("PutLogEvents", "eni-1-reject"),
    ):
        yield StatedNeed(
            caller=role,
            action=f"logs:{action}",
            resource=f"{group}:log-stream:{stream}",
            use="write what the network refused",
            page=_FLOW_LOGS,
        )
    yield _trust("vpc-flow-logs.amazonaws.com", role, "publish flow logs", _FLOW_LOGS)


def _of_access_logs(names: PhysicalNames, balancer: Mapping[str, Any]) -> Iterator[StatedNeed]:
    attributes = {each["Key"]: each["Value"] for each in balancer["LoadBalancerAttributes"]}
    bucket = names.value(attributes["access_logs.s3.bucket"], _STACK)
    key = "aws:SourceArn"
    yield StatedNeed(
        caller="logdelivery.elasticloadbalancing.amazonaws.com",
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{bucket}/AWSLogs/{ACCOUNT_ID}/ELBAccessLogTestFile",
        use="deliver the load balancer's access log",
        page=_ACCESS_LOGS,
        context={key: ACCOUNT.arn("elasticloadbalancing", "loadbalancer/app/ours/1")},
        refused={
            key: f"arn:aws:elasticloadbalancing:us-east-1:{_ELSEWHERE}:loadbalancer/app/theirs/1"
        },
    )


def _trust(service: str, role: str, use: str, page: str) -> StatedNeed:
    return StatedNeed(
        caller=service,
        action=ASSUME_ROLE,
        resource=role,
        use=use,
        page=page,
        context={"aws:SourceAccount": ACCOUNT_ID},
        refused={"aws:SourceAccount": _ELSEWHERE},
    )


def _repository(image: str) -> str:
    registry, _, name = image.partition("@")[0].partition("/")
    owner, _, _, region, *_ = registry.split(".")
    return f"arn:aws:ecr:{region}:{owner}:repository/{name.partition(':')[0]}"

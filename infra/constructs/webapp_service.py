"""The web app's containers: one image, one task role without permissions in AWS."""

from collections.abc import Mapping

from aws_cdk import Duration, IgnoreMode
from aws_cdk.aws_ec2 import SubnetSelection, SubnetType, Vpc
from aws_cdk.aws_ecr_assets import DockerImageAsset, Platform
from aws_cdk.aws_ecs import (
    Cluster,
    ContainerImage,
    ContainerInsights,
    DeploymentCircuitBreaker,
    FargateService,
    FargateTaskDefinition,
    LogDriver,
    MountPoint,
    PortMapping,
    Volume,
)
from aws_cdk.aws_iam import Role
from constructs import Construct

from infra.constructs.container_image import pull_statements, repository_arn
from infra.constructs.lambda_code import ROOT, all_but
from infra.constructs.log_group import log_group
from infra.constructs.nag import acknowledge
from infra.constructs.service_trust import own_account_service
from infra.settings.model import WebappSettings
from infra.settings.settings import Settings

PORT = 8501
_FILES = ("containers/webapp/**", "requirements/webapp.txt")
#: Load of the processors, in percent, that the number of containers is kept at.
_LOAD_PERCENT = 60
_ECS = "ecs-tasks.amazonaws.com"
#: What the app may write; the image declares it a volume, which gives it the right owner.
_SCRATCH = "/tmp"  # noqa: S108 - of a container of its own


class WebappService(Construct):
    """Containers whose number follows the load, within limits."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        webapp: WebappSettings,
        vpc: Vpc,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        cluster = Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ContainerInsights.ENABLED)
        self.service = FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=self._task(settings, webapp, environment),
            assign_public_ip=True,
            vpc_subnets=SubnetSelection(subnet_type=SubnetType.PUBLIC),
            circuit_breaker=DeploymentCircuitBreaker(rollback=True),
            min_healthy_percent=100,
            max_healthy_percent=200,
            health_check_grace_period=Duration.seconds(60),
        )
        scaling = self.service.auto_scale_task_count(
            min_capacity=webapp.least_tasks, max_capacity=webapp.most_tasks
        )
        scaling.scale_on_cpu_utilization("Load", target_utilization_percent=_LOAD_PERCENT)

    def _task(
        self, settings: Settings, webapp: WebappSettings, environment: Mapping[str, str]
    ) -> FargateTaskDefinition:
        task = FargateTaskDefinition(
            self,
            "Task",
            family=f"{settings.prefix}-webapp",
            cpu=512,
            memory_limit_mib=1024,
            task_role=self._role(settings),
            execution_role=self._execution_role(),
            volumes=[Volume(name="scratch")],
        )
        acknowledge(
            task, {"AwsSolutions-ECS2": "The variables are names and addresses; no secret exists."}
        )
        container = task.add_container(
            "Webapp",
            image=self._image(webapp, task),
            environment=dict(environment),
            port_mappings=[PortMapping(container_port=PORT)],
            logging=self._log(settings),
            stop_timeout=Duration.seconds(30),
            readonly_root_filesystem=True,
        )
        container.add_mount_points(
            MountPoint(container_path=_SCRATCH, source_volume="scratch", read_only=False)
        )
        return task

    def _log(self, settings: Settings) -> LogDriver:
        group = log_group(self, "Log", settings.log_retention_days)
        return LogDriver.aws_logs(stream_prefix="webapp", log_group=group)

    def _role(self, settings: Settings) -> Role:
        """The containers' role: Snowflake knows its ARN, and it may do nothing in AWS."""
        return Role(
            self,
            "Role",
            role_name=settings.webapp_role_name,
            assumed_by=own_account_service(self, _ECS),
            description="The web app's containers; signs in to Snowflake",
        )

    def _execution_role(self) -> Role:
        """The role with which ECS pulls the image and writes the log, before any of our code."""
        role = Role(self, "ExecutionRole", assumed_by=own_account_service(self, _ECS))
        reason = "ECR's token for pulling takes no resource."
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": reason})
        return role

    def _image(self, webapp: WebappSettings, task: FargateTaskDefinition) -> ContainerImage:
        if webapp.image_uri is None:
            return ContainerImage.from_docker_image_asset(_asset(self))
        for statement in pull_statements(repository_arn(webapp.image_uri)):
            task.add_to_execution_role_policy(statement)
        return ContainerImage.from_registry(webapp.image_uri)


def _asset(scope: Construct) -> DockerImageAsset:
    return DockerImageAsset(
        scope,
        "Image",
        directory=str(ROOT),
        file="containers/webapp/Dockerfile",
        exclude=[*all_but(_FILES), "__pycache__"],
        ignore_mode=IgnoreMode.GIT,
        platform=Platform.LINUX_AMD64,
    )

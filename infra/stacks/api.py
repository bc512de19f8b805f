"""The API that Snowflake and integrators call."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.api_functions import ApiFunctions
from infra.constructs.built_image import BuiltImage
from infra.constructs.endpoint_scaling import EndpointScaling
from infra.constructs.gateway import Gateway
from infra.constructs.sagemaker_roles import SageMakerResources
from infra.settings.settings import Settings


class ApiStack(Stack):
    """A REST API with IAM on every method, and three functions with a role each."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        sagemaker: SageMakerResources,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        image_uri = settings.image_uri or BuiltImage(self, "Image", settings=settings).uri
        self.functions = ApiFunctions(
            self, "Functions", settings=settings, image_uri=image_uri, sagemaker=sagemaker
        )
        #: Names of the functions whose failures raise the alarm.
        self.watched = [each.watched_name for each in self.functions.by_name.values()]
        if settings.inference.instances:
            scaling = EndpointScaling(
                self, "EndpointScaling", settings=settings, instances=settings.inference.instances
            )
            self.watched.append(scaling.function_name)
        # The role is made later, from this API's address; its name is fixed, so its ARN is known.
        caller_arn = self.format_arn(
            service="iam", region="", resource="role", resource_name=settings.caller_role_name
        )
        self.gateway = Gateway(
            self,
            "Gateway",
            settings=settings,
            functions=self.functions.by_name,
            caller_arns=[caller_arn, *settings.api.integrator_arns],
        )
        CfnOutput(self, "ApiUrl", value=self.gateway.url)
        CfnOutput(
            self,
            "ApiLogRoleName",
            value=self.gateway.log_role.role_name,
            description="Kept by cdk destroy: all APIs of the region log with it",
        )

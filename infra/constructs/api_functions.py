"""The three Lambda functions behind the API, each with the environment and rights it needs."""

import json

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk.aws_lambda import ILayerVersion, LayerVersion
from constructs import Construct

from functions.lambdas import HANDLERS, LAMBDA_RUNTIME, LAMBDA_TIMEOUT_SECONDS, LambdaName
from functions.settings import (
    DeploySettings,
    InvokeSettings,
    LambdaSettings,
    TrainSettings,
    variables,
)
from infra.constructs.container_image import image_repository_arn
from infra.constructs.lambda_code import ARCHITECTURE, api_code
from infra.constructs.lambda_function import LambdaFunction, LambdaSpec
from infra.constructs.permissions import (
    WILDCARDS,
    ModelContent,
    SageMakerNames,
    deploy_statements,
    invoke_statements,
    train_statements,
)
from infra.constructs.sagemaker_roles import ARTIFACT_KEYS, SageMakerResources
from infra.settings.connections import training_connection
from infra.settings.model import Settings

#: Powertools as AWS publishes it. The number is the layer's own; it goes up with each release:
#: https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
POWERTOOLS_ACCOUNT, POWERTOOLS_VERSION = "017000801446", 37

#: A CPU share comes with the memory; `invoke` parses the largest batches.
_MEMORY_MB: dict[LambdaName, int] = {"train": 512, "deploy": 512, "invoke": 1024}
_DESCRIPTIONS: dict[LambdaName, str] = {
    "train": "Starts training jobs and follows them",
    "deploy": "Creates, updates, lists and removes endpoints",
    "invoke": "Asks endpoints for estimates and recommendations",
}


class ApiFunctions(Construct):
    """`train`, `deploy` and `invoke`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        image_uri: str,
        sagemaker: SageMakerResources,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._layer = _powertools(self)
        self._lambda_settings = _lambda_settings(settings, image_uri, sagemaker)
        self.by_name: dict[LambdaName, LambdaFunction] = {
            name: self._function(name) for name in HANDLERS
        }
        names = SageMakerNames(self, settings.prefix)
        rights = {
            "train": train_statements(names, sagemaker.training_role),
            "deploy": deploy_statements(
                names,
                sagemaker.inference_role,
                ModelContent(
                    repository_arn=image_repository_arn(Stack.of(self), settings),
                    artifacts_arn=_artifacts_arn(sagemaker),
                ),
            ),
            "invoke": invoke_statements(names),
        }
        for name, function in self.by_name.items():
            function.allow(*rights[name], wildcards=WILDCARDS)

    def _function(self, name: LambdaName) -> LambdaFunction:
        return LambdaFunction(
            self,
            name.title(),
            LambdaSpec(
                code=api_code(),
                handler=HANDLERS[name],
                description=_DESCRIPTIONS[name],
                timeout_seconds=LAMBDA_TIMEOUT_SECONDS,
                memory_mb=_MEMORY_MB[name],
                log_retention_days=self._settings.log_retention_days,
                environment={
                    **variables(self._lambda_settings[name]),
                    # tells the metrics of two deployments in one account apart
                    "POWERTOOLS_SERVICE_NAME": self._settings.prefix,
                },
                layers=[self._layer],
                reserved_concurrency=self._settings.api.reserved_concurrency,
            ),
        )


def _lambda_settings(
    settings: Settings, image_uri: str, sagemaker: SageMakerResources
) -> dict[LambdaName, LambdaSettings]:
    snowflake, inference = settings.snowflake, settings.inference
    instances = inference.instances
    return {
        "train": TrainSettings(
            prefix=settings.prefix,
            artifact_bucket=sagemaker.artifacts.bucket_name,
            image_uri=image_uri,
            training_role_arn=sagemaker.training_role.role_arn,
            training_instance_type=settings.training.instance_type,
            training_max_seconds=settings.training.max_seconds,
            snowflake_connection=json.dumps(training_connection(settings)),
            database=snowflake.database,
            schema=snowflake.schema_name,
            allowed_schemas=snowflake.allowed_schemas,
        ),
        "deploy": DeploySettings(
            prefix=settings.prefix,
            artifact_bucket=sagemaker.artifacts.bucket_name,
            image_uri=image_uri,
            inference_role_arn=sagemaker.inference_role.role_arn,
            inference_memory_mb=inference.memory_mb,
            inference_max_concurrency=inference.max_concurrency,
            inference_instance_type=instances.type if instances else None,
            inference_min_instances=instances.at_least if instances else 1,
            versions_kept=settings.registry.versions_kept,
            tolerance_percent=settings.registry.tolerance_percent,
            least_ratings_percent=settings.registry.least_ratings_percent,
            most_repeated_percent=settings.registry.most_repeated_percent,
        ),
        "invoke": InvokeSettings(prefix=settings.prefix),
    }


def _artifacts_arn(sagemaker: SageMakerResources) -> str:
    """ARN of all artifacts, by the bucket's imported name: known before all stacks are there."""
    bucket = sagemaker.artifacts
    name = Stack.of(bucket).export_value(bucket.bucket_name)
    return f"arn:{Aws.PARTITION}:s3:::{name}/{ARTIFACT_KEYS}"


def _powertools(scope: Construct) -> ILayerVersion:
    python = LAMBDA_RUNTIME.replace(".", "")
    name = f"AWSLambdaPowertoolsPythonV3-{python}-{ARCHITECTURE.name}"
    arn = Stack.of(scope).format_arn(
        service="lambda",
        account=POWERTOOLS_ACCOUNT,
        resource="layer",
        resource_name=f"{name}:{POWERTOOLS_VERSION}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return LayerVersion.from_layer_version_arn(scope, "Powertools", arn)

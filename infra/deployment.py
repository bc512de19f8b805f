"""All stacks of one deployment: the wiring diagram."""

from aws_cdk import Annotations, App, DefaultStackSynthesizer, Environment, Stack, Tags

from infra.settings.settings import Settings
from infra.stacks.api import ApiStack
from infra.stacks.container_image import ContainerImageStack
from infra.stacks.delivery import DeliveryStack
from infra.stacks.monitoring import MonitoringStack
from infra.stacks.retraining import RetrainingStack
from infra.stacks.snowflake_integration import SnowflakeIntegrationStack
from infra.stacks.training import TrainingStack
from infra.stacks.webapp import WebappStack

_EXAMPLE_ACCOUNT = "ORGANISATION-ACCOUNT"


class Deployment:
    """container image, training -> api -> snowflake integration, monitoring, retraining.

    The web app needs the repository of the container image alone, delivery nothing.

    Plain stacks of the app, not a cdk.Stage: `cdk deploy --all` does not reach into stages.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self.container_image = ContainerImageStack(
            app, "ContainerImage", settings=settings, **self._options("container-image")
        )
        self.training = TrainingStack(
            app, "Training", settings=settings, **self._options("training")
        )
        self.api = ApiStack(
            app,
            "Api",
            settings=settings,
            sagemaker=self.training.sagemaker,
            **self._options_with_images("api"),
        )
        self._push_images_of(self.api)
        self.snowflake_integration = SnowflakeIntegrationStack(
            app,
            "SnowflakeIntegration",
            settings=settings,
            gateway=self.api.gateway,
            **self._options("snowflake-integration"),
        )
        self.monitoring = MonitoringStack(
            app,
            "Monitoring",
            settings=settings,
            function_names=self.api.watched,
            **self._options("monitoring"),
        )
        if settings.retraining is not None:
            self.retraining = RetrainingStack(
                app,
                "Retraining",
                settings=settings,
                retraining=settings.retraining,
                **self._options("retraining"),
            )
            self.retraining.add_stack_dependency(self.api)
        if settings.webapp is not None:
            self.webapp = WebappStack(
                app,
                "Webapp",
                settings=settings,
                webapp=settings.webapp,
                **self._options_with_images("webapp"),
            )
            self._push_images_of(self.webapp)
        if settings.delivery is not None:
            self.delivery = DeliveryStack(
                app,
                "Delivery",
                settings=settings,
                delivery=settings.delivery,
                **self._options("delivery"),
            )
        self._label()

    def _push_images_of(self, stack: Stack) -> None:
        """Deploy the repository first: `cdk deploy` pushes a stack's images right before it."""
        stack.add_stack_dependency(self.container_image)

    def _options(self, name: str) -> dict[str, object]:
        return {
            "stack_name": f"{self._settings.prefix}-{name}",
            "env": Environment(account=self._settings.account, region=self._settings.region),
        }

    def _options_with_images(self, name: str) -> dict[str, object]:
        """Options of a stack whose images go to the project's repository."""
        repository = self._settings.image_repository_name
        synthesizer = DefaultStackSynthesizer(image_assets_repository_name=repository)
        return self._options(name) | {"synthesizer": synthesizer}

    def _label(self) -> None:
        Tags.of(self._app).add("project", "snowreel")
        Tags.of(self._app).add("environment", self._settings.environment)
        if self._settings.snowflake.account == _EXAMPLE_ACCOUNT:
            Annotations.of(self.snowflake_integration).add_warning_v2(
                "snowreel:example-account",
                "The Snowflake account in cdk.json is still the example: set "
                f"environments.{self._settings.environment}.snowflake.account before deploying.",
            )

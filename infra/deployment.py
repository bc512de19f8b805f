"""All stacks of one deployment: the wiring diagram."""

from aws_cdk import Annotations, App, Environment, Tags

from infra.constructs.container_image import ContainerImage
from infra.settings.model import Settings
from infra.stacks.api import ApiStack
from infra.stacks.container_image import ContainerImageStack
from infra.stacks.delivery import DeliveryStack
from infra.stacks.monitoring import MonitoringStack
from infra.stacks.snowflake_integration import SnowflakeIntegrationStack
from infra.stacks.training import TrainingStack
from infra.stacks.webapp import WebappStack

_EXAMPLE_ACCOUNT = "ORGANISATION-ACCOUNT"


class Deployment:
    """image -> training -> api -> snowflake integration, monitoring; alone: webapp, delivery.

    Plain stacks of the app, not a cdk.Stage: `cdk deploy --all` does not reach into stages.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self.image = self._image()
        self.training = TrainingStack(
            app, "Training", settings=settings, image=self.image, **self._options("training")
        )
        self.api = ApiStack(
            app,
            "Api",
            settings=settings,
            image=self.image,
            sagemaker=self.training.sagemaker,
            **self._options("api"),
        )
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
            functions=self.api.watched,
            **self._options("monitoring"),
        )
        if settings.webapp is not None:
            self.webapp = WebappStack(
                app,
                "Webapp",
                settings=settings,
                webapp=settings.webapp,
                **self._options("webapp"),
            )
        if settings.delivery is not None:
            self.delivery = DeliveryStack(
                app,
                "Delivery",
                settings=settings,
                delivery=settings.delivery,
                **self._options("delivery"),
            )
        self._label()

    def _image(self) -> ContainerImage:
        if self._settings.image_uri:
            return ContainerImage.built_elsewhere(self._settings.image_uri)
        options = self._options("container-image")
        return ContainerImageStack(
            self._app, "ContainerImage", settings=self._settings, **options
        ).image

    def _options(self, name: str) -> dict[str, object]:
        return {
            "stack_name": f"{self._settings.prefix}-{name}",
            "env": Environment(account=self._settings.account, region=self._settings.region),
        }

    def _label(self) -> None:
        Tags.of(self._app).add("project", "snowreel")
        Tags.of(self._app).add("environment", self._settings.environment)
        if self._settings.snowflake.account == _EXAMPLE_ACCOUNT:
            Annotations.of(self.snowflake_integration).add_warning_v2(
                "snowreel:example-account",
                "The Snowflake account in cdk.json is still the example: set "
                f"environments.{self._settings.environment}.snowflake.account before deploying.",
            )

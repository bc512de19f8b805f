"""Settings of one deployment, and the names that follow from them."""

from infra.settings.model import OPTIONAL_STACKS, STACKS, Environment


class Settings(Environment):
    """One deployment: its environment, and what follows from the name of that."""

    environment: str
    #: Any text: a new one runs the scripts in Snowflake again, after a change by hand there.
    refresh: str

    @property
    def prefix(self) -> str:
        """Begins the name of each SageMaker resource made at run time, and of the fixed roles.

        The environment has no hyphen, so that no prefix is the beginning of another one.
        """
        return f"snowreel-{self.environment}"

    @property
    def stack_names(self) -> list[str]:
        """Names of the stacks in CloudFormation."""
        absent = {name for name in OPTIONAL_STACKS if getattr(self, name) is None}
        return [f"{self.prefix}-{name}" for name in STACKS if name not in absent]

    @property
    def image_repository_name(self) -> str:
        """Repository of the images; fixed, as images are pushed before what uses them is made."""
        return self.prefix

    @property
    def state_machine_name(self) -> str:
        """State machine of the nightly loop; fixed, as the API's stack comes before it."""
        return f"{self.prefix}-retraining"

    @property
    def retrain_function_name(self) -> str:
        """Function that takes the loop's steps; fixed, so that no export ties two stacks."""
        return f"{self.prefix}-retrain"

    # The fixed names: Snowflake is told these ARNs before the roles exist.

    @property
    def caller_role_name(self) -> str:
        """Role that Snowflake assumes to call the API."""
        return f"{self.prefix}-snowflake-caller"

    @property
    def deployer_role_name(self) -> str:
        """Role of the custom resource; the deployer user is mapped to it."""
        return f"{self.prefix}-deployer"

    @property
    def training_role_name(self) -> str:
        """Role of the training job; the training user is mapped to it."""
        return f"{self.prefix}-training-job"

    @property
    def webapp_role_name(self) -> str:
        """Role of the web app's container; the web app's user is mapped to it."""
        return f"{self.prefix}-webapp"

    @property
    def deploy_role_name(self) -> str:
        """Role that workflows on GitHub deploy with."""
        return f"{self.prefix}-github-deploy"

    @property
    def drift_role_name(self) -> str:
        """Role that workflows on GitHub look for drift with."""
        return f"{self.prefix}-github-drift"

"""The CDK app: reads the context, wires the stacks, holds them against the rule packs."""

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.deployment import Deployment
from infra.settings.context import ContextError, read


def synthesise() -> None:
    """Write the templates of the deployment that the context names; exit 1 with what is wrong."""
    app = App()
    try:
        settings = read(app.node.try_get_context)
    except ContextError as error:
        sys.exit(str(error))
    Deployment(app, settings)
    Validations.of(app).add_plugins(AwsSolutionsChecks(), ServerlessChecks())
    app.synth()

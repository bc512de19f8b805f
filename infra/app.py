"""The CDK app: reads the context, wires the stacks, holds them against the rule packs."""

import sys
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.asset_order import build_images_after
from infra.deployment import Deployment
from infra.settings.context import ContextError, read


def synthesise() -> None:
    """Write the templates of the deployment that the context names; exit 1 with what is wrong."""
    app = App()
    try:
        settings = read(app.node.try_get_context)
    except ContextError as error:
        sys.exit(str(error))
    deployment = Deployment(app, settings)
    Validations.of(app).add_plugins(AwsSolutionsChecks(), ServerlessChecks())
    assembly = app.synth()
    build_images_after(deployment.container_image.artifact_id, Path(assembly.directory))

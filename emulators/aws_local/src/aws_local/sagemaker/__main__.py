"""`python -m aws_local.sagemaker SETTINGS.json`: SageMaker on loopback, until told to end."""

import logging
from functools import partial

from loopback import service, settings_file

from aws_local.sagemaker.application import SageMaker
from aws_local.settings import SageMakerSettings


def serve(settings: SageMakerSettings) -> None:
    """Run the service until the parent says or ends."""
    service.run(SageMaker(settings).application(), settings.port, "SageMaker emulator")


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    service.main(partial(settings_file.read, SageMakerSettings), serve)

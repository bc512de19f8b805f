"""`python -m aws_local.sagemaker STATE_DIR`: SageMaker on loopback, until told to end."""

import logging

from loopback import service

from aws_local.sagemaker.application import SageMaker
from local.stack import Stack


def serve(stack: Stack) -> None:
    """Run the service until the supervisor says or ends."""
    service.run(SageMaker(stack).application(), stack.sagemaker_port, "SageMaker emulator")


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    service.main(Stack.read, serve)

"""The web app of the local stack: the container's program, on loopback, pointed at this stack."""

import importlib.util
import os

from loopback import service

from local.stack import Stack

_NAME = "web app"


def is_webapp_installed() -> bool:
    """True where the web app's libraries are installed; `make demo` leaves them out."""
    return importlib.util.find_spec("streamlit") is not None


def serve(stack: Stack) -> None:
    """Serve the web app until told to end."""
    if stack.webapp_port is None:
        raise service.ServiceError("This stack has no web app: start it without --no-webapp.")
    os.environ.update(stack.webapp_environment())
    # After the environment: Streamlit and the settings read theirs once.
    from webapp.base.settings import settings  # noqa: PLC0415
    from webapp.server.application import application  # noqa: PLC0415

    service.run(application(settings()), stack.webapp_port, _NAME)


if __name__ == "__main__":
    service.main(Stack.read, serve)

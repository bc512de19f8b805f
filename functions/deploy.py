"""The `deploy` Lambda: brings models into service, removes them, lists what is deployed."""

from functions.api import make_handler

handler = make_handler("deploy")

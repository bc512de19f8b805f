"""The `invoke` Lambda: estimated ratings and recommendations from the deployed models."""

from functions.api import make_handler

handler = make_handler("invoke")

"""The `train` Lambda: starts trainings and follows them."""

from functions.api import make_handler

handler = make_handler("train")

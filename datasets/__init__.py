"""Film data: read, cleaned, explained and loaded into the warehouse."""

from datasets.errors import DatasetError
from datasets.loading import load, load_demo
from datasets.report import Report

__all__ = ["DatasetError", "Report", "load", "load_demo"]

"""The dashboard: a graph for each metric, three in a row."""

from collections.abc import Mapping

from aws_cdk.aws_cloudwatch import Dashboard, GraphWidget, IMetric
from constructs import Construct


def dashboard(scope: Construct, construct_id: str, metrics: Mapping[str, IMetric]) -> Dashboard:
    """A dashboard of the metrics, each under its name."""
    board = Dashboard(scope, construct_id)
    widgets = [GraphWidget(title=name, left=[metric], width=8) for name, metric in metrics.items()]
    for start in range(0, len(widgets), 3):
        board.add_widgets(*widgets[start : start + 3])
    return board

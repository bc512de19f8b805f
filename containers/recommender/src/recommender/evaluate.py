"""The evaluation job: a deployed model beside a table of ratings, its figures to the log.

SageMaker runs it as `train` too: what tells it from a training is the hyperparameter
`evaluated_table`. The model comes through the input channel `model`; nothing is written.
"""

from collections.abc import Mapping

from recommender.artifact import archive
from recommender.container import Container
from recommender.evaluation.table_evaluation import TableEvaluation
from recommender.progress import Progress
from recommender.snowflake_io import source
from recommender.snowflake_io.connection import connect
from recommender.snowflake_io.table_name import TableName

#: The hyperparameter that names the table, and tells an evaluation from a training.
TABLE = "evaluated_table"
_CHANNEL = "model"


def is_asked_for(hyperparameters: Mapping[str, str]) -> bool:
    """True if the job is to evaluate, not to train."""
    return TABLE in hyperparameters


def evaluate(container: Container, hyperparameters: Mapping[str, str], progress: Progress) -> None:
    """Do one evaluation job.

    Raises:
        RecommenderError: Model or table are not fit for it.
    """
    model = archive.read(container.channel(_CHANNEL))
    table = TableName.parse(hyperparameters[TABLE])
    with connect(container) as connection:
        rows = source.read(connection, table, progress.stage(0.1, 0.5))
    others = {id_: str(model.item_ids[item]) for id_, item in model.other_ids.items()}
    data = rows.ratings(others, of_one=True)
    progress.report(0.5, "evaluating")
    for name, value in TableEvaluation(model, data).metrics().items():
        progress.metric(name, value)
    progress.report(1.0, "done")

"""The evaluation job: a deployed model beside a table of ratings, its figures to the log.

SageMaker runs it as `train` too: what tells it from a training is the hyperparameter
`evaluated_table`. The model comes through the input channel `model`; nothing is written.
"""

import tarfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.container import Container, ContainerError
from recommender.data import ratings_table
from recommender.evaluation.table_evaluation import TableEvaluation
from recommender.progress import Progress
from recommender.snowflake_io import source
from recommender.snowflake_io.connection import connect
from recommender.snowflake_io.table_name import TableName

#: The hyperparameter that names the table, and tells an evaluation from a training.
TABLE = "evaluated_table"
_CHANNEL = "model"
_FILES = frozenset({"manifest.json", "arrays.npz"})


def is_asked_for(hyperparameters: Mapping[str, str]) -> bool:
    """True if the job is to evaluate, not to train."""
    return TABLE in hyperparameters


def evaluate(container: Container, hyperparameters: Mapping[str, str], progress: Progress) -> None:
    """Do one evaluation job.

    Raises:
        RecommenderError: Model or table are not fit for it.
    """
    model = _model(container.channel(_CHANNEL) / "model.tar.gz")
    table = TableName.parse(hyperparameters[TABLE])
    with connect(container) as connection:
        rows = source.read(connection, table, progress.stage(0.1, 0.5))
    others = {id_: str(model.item_ids[item]) for id_, item in model.other_ids.items()}
    data = ratings_table.from_columns(*rows.columns, other_ids=others, of_one=True)
    progress.report(0.5, "evaluating")
    for name, value in TableEvaluation(model, data).metrics().items():
        progress.metric(name, value)
    progress.report(1.0, "done")


def _model(archive: Path) -> Artifact:
    """The model of an archive; only its own two files are looked at."""
    if not archive.is_file():
        raise ContainerError("The channel `model` holds no model.tar.gz: SageMaker should fill it.")
    with TemporaryDirectory() as folder:
        try:
            with tarfile.open(archive, "r:gz") as tar:
                members = [each for each in tar.getmembers() if each.name in _FILES]
                tar.extractall(folder, members, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise ContainerError(f"The model's archive is damaged: {error}.") from error
        return artifact.load(Path(folder))

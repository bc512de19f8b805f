"""Hyperparameters of a training job, as SageMaker passes them, validated."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.errors import RecommenderError
from recommender.options import Options
from recommender.snowflake_io.table_name import TableName
from recommender.training.option_table import parse_options
from recommender.training.threshold import KNOWN, LEAST, Threshold

REQUIRED = ("input_table", "output_table", "artifact_uri")
#: Tables or views of what is known of items and users, and a table of one row per training: those
#: that do not exist are done without.
OPTIONAL_TABLES = ("item_features_table", "user_features_table", "run_table")
#: Names of an earlier version, still understood.
FORMER_NAMES = {
    "item_facts_table": "item_features_table",
    "user_facts_table": "user_features_table",
}


class HyperparameterError(RecommenderError):
    """A required hyperparameter is missing, or the tables contradict each other."""


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """Validated hyperparameters of one training job."""

    input_table: TableName
    output_table: TableName
    item_features_table: TableName | None
    user_features_table: TableName | None
    run_table: TableName | None
    #: S3 address at which SageMaker will put this job's `model.tar.gz`.
    artifact_uri: str
    options: Options
    #: None: train in any case.
    threshold: Threshold | None

    @classmethod
    def parse(cls, strings: Mapping[str, str]) -> "Hyperparameters":
        """Validate the strings that SageMaker passes.

        Raises:
            HyperparameterError: One is missing, or the output table is the input table.
            TableNameError: A table's name is malformed.
            OptionError: An option is unknown, malformed or out of range.
        """
        strings = {FORMER_NAMES.get(name, name): text for name, text in strings.items()}
        missing = [name for name in REQUIRED if not strings.get(name)]
        if missing:
            raise HyperparameterError(f"The training job must pass {' and '.join(missing)}.")
        others = (*REQUIRED, *OPTIONAL_TABLES, LEAST, KNOWN)
        options = {name: text for name, text in strings.items() if name not in others}
        tables = {
            name: TableName.parse(strings[name]) if strings.get(name) else None
            for name in OPTIONAL_TABLES
        }
        hyperparameters = cls(
            input_table=TableName.parse(strings["input_table"]),
            output_table=TableName.parse(strings["output_table"]),
            artifact_uri=strings["artifact_uri"],
            **tables,
            options=parse_options(options),
            threshold=Threshold.parse(strings),
        )
        if hyperparameters.input_table == hyperparameters.output_table:
            raise HyperparameterError(
                f"The output table {hyperparameters.output_table} is the input table: name another"
                " one, the output table's content is replaced."
            )
        return hyperparameters

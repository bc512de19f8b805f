"""The training job's connection to Snowflake."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

import snowflake.connector
from snowflake.connector.connection import SnowflakeConnection

from recommender.container import Container
from recommender.errors import RecommenderError
from recommender.snowflake_io.private_key import with_private_key


class SnowflakeError(RecommenderError):
    """Snowflake refused the sign-in or a statement."""


@contextmanager
def connect(container: Container) -> Iterator[SnowflakeConnection]:
    """Open a session of the training job's user; a refusal becomes one sentence.

    Raises:
        SnowflakeError: Snowflake refused the sign-in or a statement.
    """
    settings = with_private_key(container.snowflake_connection()) | {
        # binds travel beside the statement, so that IDENTIFIER(?) takes names safely
        "paramstyle": "qmark",
        # the sign-in says which cloud it runs on; probing for it costs seconds
        "platform_detection_timeout_seconds": 0,
        "session_parameters": {
            "QUERY_TAG": json.dumps({"app": "snowreel", "training_job": container.training_job})
        },
    }
    try:
        with closing(snowflake.connector.connect(**settings)) as connection:
            yield connection
    except snowflake.connector.Error as error:
        raise SnowflakeError(f"Snowflake answered: {_one_line(error)}.") from error


def _one_line(error: snowflake.connector.Error) -> str:
    """Snowflake's message, without the connector's prefix of codes and ids."""
    return " ".join(str(error.raw_msg or error.msg or error).split()).rstrip(".")

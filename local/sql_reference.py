"""Generator of docs/sql-reference.md: signatures of functions, and the results of examples.

Run as `python -m local.sql_reference [--state-dir DIR]` beside a running local stack. It loads the
demo's data and a few lines of box office, trains and deploys a model, and rewrites the document.
"""

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from snowflake.connector import SnowflakeConnection

import film_data
from functions.snowflake_integration.scripts import signatures
from local import connection
from local.errors import LocalError
from local.stack import Stack

DOCUMENT = Path(__file__).parent.parent / "docs" / "sql-reference.md"

_EXAMPLE = re.compile(r"```sql\n(?P<query>.*?)```\n\n```text\n.*?```", re.DOTALL)
#: Statements that make rows which the examples after them query.
_RECORD = re.compile(r"```sql\n(?P<statement>insert into .*?);\n```", re.DOTALL)
_FUNCTION = re.compile(r"^### (?P<name>\w+)\(.*\)$", re.MULTILINE)
_ORDER = re.compile(r"\border by (?P<keys>[^()]+?)(?:\s+limit \d+)?;\s*$")
_DECIMALS = 3

#: The three most successful films of 1997, so that the views of the box office have rows.
_BOX_OFFICE = """\
title,year,rank_in_year,worldwide_gross,studio,length,rating,Main_Genre
Titanic,1997,1,"$1,843,201,268",Paramount Pictures,194,PG-13,Romance
The Lost World: Jurassic Park,1997,2,"$618,638,999",Universal Pictures,129,PG-13,Action
Men in Black,1997,3,"$589,390,539",Columbia Pictures,98,PG-13,Sci-Fi
"""

#: Ratings of a later day: two of a viewer whom the model knows, one of somebody new.
_NEWER_RATINGS = """\
create or replace table newer_ratings as
select * from values
    ('196', '50', 5, '1998-05-02 12:00:00'::timestamp_ntz),
    ('196', '64', 4, '1998-05-02 12:01:00'::timestamp_ntz),
    ('9999', '50', 5, '1998-05-03 12:00:00'::timestamp_ntz)
    as newer_rating (user_id, film_id, rating, rated_at)
"""

#: Two models that have shown four hundred viewers a film each; some of them rated it there. Since
#: yesterday the one shows a film that few know.
_SHOWN = (
    "delete from shown",
    "delete from clicked",
    """\
insert into shown (viewer_id, film_id, rank, shelf, model_name, training_job, shown_at)
select
    user_id, '50', 1, 'for_you', 'films', iff(user_id::number % 2 = 0, 'monday', 'tuesday'),
    dateadd(day, -10, sysdate())
from rater
where user_id::number <= 400
""",
    """\
insert into clicked (viewer_id, film_id, shelf, action, clicked_at)
select viewer_id, film_id, shelf, 'rated', dateadd(hour, 1, shown_at)
from shown
where viewer_id::number % iff(training_job = 'monday', 10, 4) <= 1
""",
    """\
insert into shown (viewer_id, film_id, rank, shelf, model_name, training_job, shown_at)
select user_id, '1300', 1, 'for_you', 'films', 'tuesday', dateadd(day, -1, sysdate())
from rater
where user_id::number <= 100
""",
)


def prepare(loader: SnowflakeConnection, session: SnowflakeConnection) -> None:
    """Load, train and deploy what the examples query, and record what the document records.

    Args:
        loader: Of somebody who may load data.
        session: Of somebody who may train and deploy.

    Raises:
        LocalError: The training or the deployment failed.
    """
    film_data.load_demo(loader, _silent)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "blockbusters.csv").write_text(_BOX_OFFICE)
        film_data.load("blockbuster", Path(folder), loader, _silent)
    with loader.cursor() as cursor:
        cursor.execute(_NEWER_RATINGS)
    training = _answer(
        session, "select train_and_get_recommendations('ratings', 'recommendations')"
    )
    _answer(session, f"select deploy_model('films', '{training['training_job']}')")
    with loader.cursor() as cursor:
        for statement in _SHOWN:
            cursor.execute(statement)
        for record in _RECORD.finditer(DOCUMENT.read_text()):
            cursor.execute(record["statement"])


def rewritten(document: str, session: SnowflakeConnection) -> str:
    """The document with the signatures of its functions and the results of its examples.

    Raises:
        LocalError: The rows of a result may come in more than one order.
    """

    def with_result(example: re.Match[str]) -> str:
        query = example["query"]
        return f"```sql\n{query}```\n\n```text\n{_result(query, session)}```"

    return _EXAMPLE.sub(with_result, with_signatures(document))


def with_signatures(document: str) -> str:
    """The document with the headings of functions that their files in `snowflake/sql/` give."""
    # of a function that may be called with less, the longest
    known = sorted(signatures(), key=lambda signature: len(signature.arguments))
    calls = {signature.name: signature.call for signature in known}
    return _FUNCTION.sub(lambda heading: f"### {calls[heading['name']]}", document)


def _result(query: str, session: SnowflakeConnection) -> str:
    cursor = session.cursor()
    cursor.execute(query)
    columns = [column.name.lower() for column in cursor.description]
    rows = cursor.fetchall()
    if len(rows) > 1 and _has_ties(query, session):
        raise LocalError(f"Rows of this example tie, add a key to its ORDER BY: {query}")
    return as_text(columns, rows)


def _has_ties(query: str, session: SnowflakeConnection) -> bool:
    """Compare all rows of the query by what it orders by, those after a LIMIT included."""
    match = _ORDER.search(query)
    if match is None:
        return True
    keys = re.sub(r" (?:asc|desc)\b", "", match["keys"])
    ties = f"{query[: match.start()]} qualify count(*) over (partition by {keys}) > 1"
    cursor = session.cursor()
    cursor.execute(ties)
    return bool(cursor.fetchall())


def as_text(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A result as lines of aligned columns."""
    table = [list(columns), *([_shown(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "".join(f"{line}\n" for line in lines)


def _shown(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"{value:.{_DECIMALS}f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return " ".join(str(value).split())


def _answer(session: SnowflakeConnection, statement: str) -> dict[str, Any]:
    cursor = session.cursor()
    cursor.execute(statement)
    ((text,),) = cursor.fetchall()
    answer: dict[str, Any] = json.loads(text)
    if "error" in answer:
        raise LocalError(answer["error"]["message"])
    return answer


def _silent(_step: str, _done: int, _total: int) -> None:
    pass


@click.command()
@click.option("--state-dir", type=click.Path(path_type=Path), default=Path(".local"))
def main(state_dir: Path) -> None:
    """Rewrite docs/sql-reference.md with the results of the running stack."""
    try:
        connection.read(state_dir)  # refuses a folder in which no stack runs
        stack = Stack.read(state_dir)
        with (
            connection.session(connection.loader_arguments(stack)) as loader,
            connection.session(connection.snowflake_arguments(stack)) as session,
        ):
            prepare(loader, session)
            DOCUMENT.write_text(rewritten(DOCUMENT.read_text(), session))
    except (LocalError, film_data.DatasetError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""Lists for everybody through SQL: `recommend_for` with each user's own ratings, in one statement.

Alone and ten statements at once, on the local stack. Prints seconds and lists per second; the goal
is that every list comes, and within the limit of a statement's seconds.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from benchmarks import goals, measured_stack
from benchmarks.goals import Figure
from benchmarks.measured_stack import MODEL, USERS, run, session
from local.stack import Stack

#: Most seconds for one statement alone, and for ten at once, on two cores that do other work, too.
ALONE_SECONDS, TOGETHER_SECONDS = 20.0, 240.0
_EVERYBODY = """
create or replace table everybody as
select user_id, object_agg(item_id, rating) as ratings
from (select user_id, item_id, max(rating) as rating from ratings group by user_id, item_id)
group by user_id
"""
_LISTS = f"""
select count(*), min(array_size(answer:recommendations))
from (select recommend_for('{MODEL}', ratings, 10, null) as answer from everybody)
"""


def main() -> int:
    """Measure, print, write JSON; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--statements", type=int, default=10, help="at once")
    arguments = parser.parse_args()
    with measured_stack.measured_stack() as stack:
        measured_stack.deploy_model(stack)
        with session(stack) as analyst:
            run(analyst, _EVERYBODY)
        _ask(stack)
        alone = goals.seconds(lambda: _ask(stack))
        together = goals.seconds(lambda: _ask_at_once(stack, arguments.statements))
    lists = USERS * arguments.statements
    return goals.report(
        "load_lists",
        [
            Figure("lists for everybody, one statement", alone, ALONE_SECONDS, True, "s"),
            Figure("lists per second, one statement", USERS / alone),
            Figure(f"{arguments.statements} at once", together, TOGETHER_SECONDS, True, "s"),
            Figure(f"lists per second, {arguments.statements} at once", lists / together),
        ],
    )


def _ask(stack: Stack) -> None:
    with session(stack) as analyst:
        ((users, shortest),) = run(analyst, _LISTS)
    if (users, shortest) != (USERS, 10):
        raise measured_stack.BenchmarkError(f"{users} lists of at least {shortest} items came.")


def _ask_at_once(stack: Stack, statements: int) -> None:
    with ThreadPoolExecutor(statements) as threads:
        list(threads.map(_ask, [stack] * statements))


if __name__ == "__main__":
    sys.exit(main())

"""The main job on a table of its own: load, train, deploy, ask in SQL, over REST and by a task."""

import json
import time
import uuid
from typing import Any

import httpx

from cli.signed_headers import signed_headers
from cli.verify.site import Session, Site, StepError

MODEL = "verification"
USERS, ITEMS, LIST_LENGTH = 60, 40, 10
LOWEST, HIGHEST = 1.0, 5.0

_POLL_SECONDS = 2.0


def load(site: Site) -> str:
    """Make a table with the ratings of two groups of users, each of which likes its own items."""
    rows = [
        (str(user), str(item), rating_of(user, item))
        for user in range(USERS)
        for item in range(ITEMS)
        if (user * 7 + item * 3) % 4  # a quarter is left to recommend
    ]
    with site.session(site.names.owner_role) as session:
        session.rows(
            "create or replace table verification_ratings "
            "(user_id varchar, item_id varchar, rating float)"
        )
        session.insert("insert into verification_ratings values (%s, %s, %s)", rows)
        ((count,),) = session.rows("select count(*) from verification_ratings")
    if count != len(rows):
        raise StepError(f"{count} of {len(rows)} ratings arrived.")
    return f"{count} ratings"


def rating_of(user: int, item: int) -> float:
    """The rating of a user of one group for an item of one group."""
    liked = user % 2 == item % 2
    return min(HIGHEST, (4.0 if liked else LOWEST) + (user + item) % 3 / 2)


def train(site: Site) -> str:
    """Train in SQL; the table of recommendations must hold a list for everybody."""
    with site.session(site.names.operator_role) as session:
        answer = session.answer(
            "select train_and_get_recommendations("
            "'verification_ratings', 'verification_recommendations')"
        )
        while answer["status"] == "InProgress":
            time.sleep(_POLL_SECONDS)
            answer = session.answer("select training_status(%s)", answer["training_job"])
        ((users,),) = session.rows(
            "select count(distinct user_id) from verification_recommendations"
        )
    if (answer["status"], users) != ("Completed", USERS):
        raise StepError(f"The training {answer} left lists for {users} of {USERS} users.")
    return f"{answer['training_job']}: lists for {users} users"


def deploy_model(site: Site) -> str:
    """Deploy the newest training in SQL."""
    with site.session(site.names.operator_role) as session:
        ((job,),) = session.rows("select max(training_job) from verification_recommendations")
        answer = session.answer("select deploy_model(%s, %s)", MODEL, job)
        while answer["status"] in {"Creating", "Updating", "InProgress"}:
            time.sleep(_POLL_SECONDS)
            answer = session.answer("select deploy_model(%s, %s)", MODEL, job)
    if answer["status"] != "InService":
        raise StepError(f"The endpoint of {MODEL} is {answer}: read its log in CloudWatch.")
    return f"{job} is in service"


def invoke(site: Site) -> str:
    """Estimate in SQL, as an analyst; who likes an item must be estimated to like it more."""
    with site.session(site.names.analyst_role) as session:
        found = dict(
            session.rows(
                "select user_id, invoke_model(%s, user_id, '2') "
                "from (select '0' as user_id union all select '1')",
                MODEL,
            )
        )
    _check_estimates(float(found["0"]), float(found["1"]))
    return f"estimates {found['0']:.2f} for who likes such items, {found['1']:.2f} for who does not"


def recommend(site: Site) -> str:
    """Ask for a list in SQL, as an analyst."""
    with site.session(site.names.analyst_role) as session:
        items = session.answer("select recommend(%s, '0', %s)", MODEL, LIST_LENGTH)
    if [each["rank"] for each in items] != [*range(1, LIST_LENGTH + 1)]:
        raise StepError(f"The list of user 0 does not rank 1 to {LIST_LENGTH}: {items}")
    return f"{len(items)} items, the first is {items[0]['item_id']}"


def rest(site: Site) -> str:
    """Ask the API as a program does: signed, in Snowflake's format."""
    answer = post(site, "/invoke", [[0, MODEL, "0", "2"], [1, MODEL, "1", "2"]])
    liked, disliked = (float(value) for _, value in answer["data"])
    _check_estimates(liked, disliked)
    return f"{site.api_url()}/invoke estimates {liked:.2f} and {disliked:.2f}"


def task(site: Site) -> str:
    """Let a task of Snowflake write estimates, and wait for its end."""
    with site.session(site.names.owner_role) as session:
        session.rows(
            "create or replace table verification_estimates "
            "(user_id varchar, item_id varchar, estimate float)"
        )
        # the warehouse is a setting that is checked to be an identifier
        session.rows(
            f"create or replace task verification_task warehouse = {site.names.warehouse} as "  # noqa: S608
            "insert into verification_estimates "
            "select user_id, item_id, invoke_model('verification', user_id, item_id) "
            "from verification_ratings"
        )
        session.rows("execute task verification_task")
        state = _end_of_task(session)
        ((count,),) = session.rows("select count(estimate) from verification_estimates")
    if state != "SUCCEEDED" or not count:
        raise StepError(f"The task ended as {state} with {count} estimates: see its history.")
    return f"the task wrote {count} estimates"


def undeploy(site: Site) -> str:
    """Remove the endpoint; a model that is not there is as good."""
    with site.session(site.names.operator_role) as session:
        listed = session.answer("select list_models()")
        if MODEL not in {each["model_name"] for each in listed}:
            return f"{MODEL} was not deployed"
        while session.answer("select undeploy_model(%s)", MODEL).get("status") == "Deleting":
            time.sleep(_POLL_SECONDS)
    return f"{MODEL} is gone"


def remove_tables(site: Site) -> str:
    """Drop what the verification made in the schema."""
    with site.session(site.names.owner_role) as session:
        if "task" not in site.lacks:
            session.rows("drop task if exists verification_task")
        for name in ("ratings", "recommendations", "estimates"):
            session.rows(f"drop table if exists verification_{name}")
        left = [str(row["name"]) for row in session.records("show tables like 'verification%'")]
    if left:
        raise StepError(f"{', '.join(left)} is still there: drop it by hand.")
    return "no table is left"


def post(site: Site, path: str, rows: list[list[object]]) -> Any:
    """The answer of the API to a signed batch of rows.

    Raises:
        StepError: It refuses.
    """
    url, body = site.api_url() + path, json.dumps({"data": rows})
    headers = signed_headers(
        url, body, str(uuid.uuid4()), key=site.signer(), region=site.names.region
    )
    # a company's proxy reaches AWS, and nothing on this machine
    in_cloud = url.startswith("https:")
    answer = httpx.post(url, content=body, headers=headers, timeout=35, trust_env=in_cloud)
    if answer.status_code == httpx.codes.FORBIDDEN:
        raise StepError(
            "The API does not let this AWS identity in: add its ARN to `api.integrator_arns` in "
            "cdk.json and deploy, then run the same command."
        )
    if answer.status_code != httpx.codes.OK:
        raise StepError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
    return answer.json()


def _check_estimates(liked: float, disliked: float) -> None:
    if not LOWEST <= disliked < liked <= HIGHEST:
        raise StepError(f"Estimates {liked} and {disliked}: the one who likes must be above.")


def _end_of_task(session: Session) -> str:
    # https://docs.snowflake.com/en/sql-reference/functions/task_history
    while True:
        rows = session.rows(
            "select state from table(information_schema.task_history("
            "task_name => 'VERIFICATION_TASK')) order by scheduled_time desc limit 1"
        )
        if rows and rows[0][0] not in {"SCHEDULED", "EXECUTING"}:
            return str(rows[0][0])
        time.sleep(_POLL_SECONDS)

"""A challenge from its POST to its end, and the users whom the challenger answers."""

from typing import Any

from deployed_models import ENDPOINT, config_of, deploy
from lambda_api import Api
from model_container import estimate
from moved_clock import Clock
from sagemaker_double import SageMakerDouble

from functions.split import place

CHALLENGER = f"{ENDPOINT}--challenger"
FIGURES = {"ndcg_at_10": 0.45, "popular_ndcg_at_10": 0.26, "ratings": 1000}
USERS = [str(number) for number in range(400)]
WORSE = FIGURES | {"ndcg_at_10": 0.2}


def trainings(api: Api, aws: SageMakerDouble) -> list[str]:
    """Four trainings, a to d; the model films serves the first."""
    found = [aws.trained(letter, **FIGURES) for letter in "abcd"]
    deploy(api, aws, found[0], "first")
    return found


def challenge(
    api: Api,
    aws: SageMakerDouble,
    clock: Clock,
    job: Any,
    share: Any = 0.5,
    batch: str = "challenge",
    *options: Any,
) -> Any:
    """A challenge from its POST to its end."""
    row = [0, "films", job, share, *options]
    reply = api.post("/challenge", [row], batch=batch)
    for _ in range(3):
        if reply.status != 202:
            return reply.value
        if CHALLENGER in aws.names("endpoint"):
            aws.settle(CHALLENGER)
        reply = api.get("/challenge", batch=batch)
        clock.now += 10
    return reply.value


def code(answer: dict[str, Any]) -> str:
    """Code of a refusal in its row."""
    return str(answer["error"]["code"])


def sides(api: Api, users: list[str] = USERS) -> set[str]:
    """The users whom the challenger answers."""
    values = api.post("/invoke", [[n, "films", user, "1"] for n, user in enumerate(users)]).values
    own = {user: estimate(ENDPOINT, user, "1") for user in users}
    other = {user: estimate(CHALLENGER, user, "1") for user in users}
    assert all(value in (own[u], other[u]) for u, value in zip(users, values, strict=True))
    return {user for user, value in zip(users, values, strict=True) if value == other[user]}


def expected(share: float, users: list[str] = USERS) -> set[str]:
    """The users whom it should answer."""
    return {user for user in users if place("films", user) < share}


def half_done(api: Api, aws: SageMakerDouble, operation: str, row: list[Any], batch: str) -> None:
    """A challenge that is cut off at its first call of an operation."""
    for _ in range(2):
        aws.fail(operation, "ThrottlingException", "Rate exceeded")
    assert api.post("/challenge", [[0, *row]], batch=batch).status == 429
    assert config_of(batch) in aws.names("endpoint-config")

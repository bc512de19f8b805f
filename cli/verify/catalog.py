"""The steps of a verification, in their order."""

from cli.verify.site import Site
from cli.verify.step import Step
from cli.verify.steps import accounts, alarm, delivery, models

_DEPLOY_SECONDS = 2400.0
_MODEL_SECONDS = 900.0


def _chain(site: Site) -> str:
    return site.check_chain()


STEPS = (
    Step(
        "credentials", "both clouds accept the sign-in", 60, accounts.credentials, every_time=True
    ),
    Step("bootstrap", "the administrator's script has made the roles", 60, accounts.bootstrap),
    Step("quotas", "SageMaker lets one model be trained and served", 60, accounts.quotas),
    Step("deploy", "every stack is made", _DEPLOY_SECONDS, delivery.deploy),
    Step("chain", "every link from SQL to the models holds", 120, _chain, every_time=True),
    Step("load", "a small table of ratings is made", 120, models.load, pays=("warehouse",)),
    Step(
        "train",
        "a training answers with lists for every user",
        _MODEL_SECONDS,
        models.train,
        pays=("warehouse", "training"),
    ),
    Step(
        "deploy model",
        "the model is in service",
        _MODEL_SECONDS,
        models.deploy_model,
        pays=("warehouse",),
    ),
    Step("invoke", "SQL estimates ratings", 300, models.invoke, pays=("warehouse", "endpoint")),
    Step("recommend", "SQL lists items", 120, models.recommend, pays=("warehouse", "endpoint")),
    Step("REST", "the API estimates the same", 60, models.rest, pays=("endpoint",)),
    Step("task", "a task writes estimates", 600, models.task, pays=("warehouse", "endpoint")),
    Step(
        "image changed",
        "a deployment with another image succeeds",
        _DEPLOY_SECONDS,
        delivery.change_image,
    ),
    Step(
        "image reverted",
        "a deployment with the earlier image succeeds",
        _DEPLOY_SECONDS,
        delivery.revert_image,
    ),
    Step("alarm", "an alarm's message is sent", 300, alarm.force),
    Step("undeploy", "the endpoint is gone", _MODEL_SECONDS, models.undeploy, removes=True),
    Step("tables removed", "no table is left", 120, models.remove_tables, removes=True),
    Step("destroy", "every stack is gone", _DEPLOY_SECONDS, delivery.destroy, removes=True),
    Step("leftovers", "nothing is left", 120, delivery.leftovers, removes=True),
)

"""The control plane's operations on endpoints, and the runtime's one."""

import asyncio
import time
from dataclasses import asdict

from aws_local.sagemaker.artifacts import ArtifactBucket
from aws_local.sagemaker.collection import Collection, Document
from aws_local.sagemaker.endpoint import Endpoint
from aws_local.sagemaker.faults import FaultError, ModelFaultError, invalid
from aws_local.sagemaker.http_client import HttpAnswer
from aws_local.sagemaker.listing import Listing
from aws_local.sagemaker.models import EndpointConfigs, Plan
from aws_local.sagemaker.timings import Timings
from aws_local.settings import SageMakerSettings

#: Request and response of a serverless endpoint.
SERVERLESS_PAYLOAD_BYTES = 4 * 1024 * 1024
#: Request and response of any other.
PAYLOAD_BYTES = 25 * 1024 * 1024
_BUSY = frozenset({"Creating", "Updating", "Deleting"})
_INTERNAL_FIELDS = frozenset({"Tags", "Deployed", "Pending"})

LISTING = Listing(
    key="Endpoints",
    name_field="EndpointName",
    status_field="EndpointStatus",
    summary_fields=(
        "EndpointName",
        "EndpointArn",
        "CreationTime",
        "LastModifiedTime",
        "EndpointStatus",
    ),
)


class Endpoints:
    """Endpoints, those of earlier lives included."""

    def __init__(
        self, settings: SageMakerSettings, configs: EndpointConfigs, timings: Timings
    ) -> None:
        self.collection = Collection(
            settings.folder / "endpoints", settings.account, "endpoint", "endpoint"
        )
        self._account = settings.account
        self._configs = configs
        self._timings = timings
        self._program = settings.serve
        self._bucket = ArtifactBucket(settings)
        self._live: dict[str, Endpoint] = {}
        self._deletions: set[asyncio.Task[None]] = set()

    def resume_earlier_life(self) -> None:
        """Start what served, go on with what was under way."""
        for document in self.collection:
            name = document["EndpointName"]
            if document["EndpointStatus"] == "Deleting":
                self.collection.remove(name)
            else:
                self._run(name, document)

    async def end(self) -> None:
        """End all servers; the documents stay as they are."""
        await asyncio.gather(*(endpoint.end() for endpoint in self._live.values()))
        await asyncio.gather(*self._deletions)

    async def create(self, request: Document) -> Document:
        """CreateEndpoint."""
        name = request["EndpointName"]
        self.collection.require_new(name)
        plan = self._configs.plan(request["EndpointConfigName"])
        now = time.time()
        document = {
            "EndpointName": name,
            "EndpointArn": self.collection.arn(name),
            "EndpointConfigName": plan.config_name,
            "EndpointStatus": "Creating",
            "CreationTime": now,
            "LastModifiedTime": now,
            "Tags": request.get("Tags", []),
            "Deployed": None,
            "Pending": asdict(plan),
        }
        self.collection.save(name, document)
        self._run(name, document)
        return {"EndpointArn": document["EndpointArn"]}

    async def update(self, request: Document) -> Document:
        """UpdateEndpoint: the new configuration comes up beside the old one."""
        name = request["EndpointName"]
        document = self.collection.get(name)
        self._require_settled(document)
        if document["EndpointStatus"] != "InService":
            raise invalid(
                f'Cannot update endpoint "{document["EndpointArn"]}" in status '
                f"{document['EndpointStatus']}: delete it."
            )
        plan = self._configs.plan(request["EndpointConfigName"])
        if bool(plan.serverless) != bool(document["Deployed"]["serverless"]):
            raise invalid(
                "An endpoint cannot be converted between serverless and instances: delete it."
            )
        document.update(
            EndpointStatus="Updating", Pending=asdict(plan), LastModifiedTime=time.time()
        )
        self.collection.save(name, document)
        self._live[name].begin_deployment()
        return {"EndpointArn": document["EndpointArn"]}

    async def describe(self, request: Document) -> Document:
        """DescribeEndpoint."""
        document = self.collection.get(request["EndpointName"])
        answer = {k: value for k, value in document.items() if k not in _INTERNAL_FIELDS}
        if document["Deployed"]:
            answer["ProductionVariants"] = [_variant(Plan(**document["Deployed"]), "Current")]
        if document["Pending"]:
            pending = Plan(**document["Pending"])
            answer["PendingDeploymentSummary"] = {
                "EndpointConfigName": pending.config_name,
                "ProductionVariants": [_variant(pending, "Desired")],
                "StartTime": document["LastModifiedTime"],
            }
        return answer

    async def list(self, request: Document) -> Document:
        """ListEndpoints."""
        return LISTING.answer(self.collection, request)

    async def delete(self, request: Document) -> Document:
        """DeleteEndpoint; configuration and model stay."""
        name = request["EndpointName"]
        document = self.collection.get(name)
        self._require_settled(document)
        document.update(EndpointStatus="Deleting", LastModifiedTime=time.time())
        self.collection.save(name, document)
        task = asyncio.create_task(self._delete(name))
        self._deletions.add(task)
        task.add_done_callback(self._deletions.discard)
        return {}

    async def invoke(
        self, name: str, headers: dict[str, str], body: bytes
    ) -> tuple[HttpAnswer, Plan]:
        """InvokeEndpoint: the container's answer and whose it is."""
        endpoint = self._live.get(name)
        if endpoint is None or not endpoint.serving:
            account_id = self._account.account_id
            raise FaultError(
                "ValidationError", f"Endpoint {name} of account {account_id} not found."
            )
        limit = self._payload_limit(name)
        if len(body) > limit:
            raise FaultError(
                "ValidationError",
                f"1 validation error detected: Value at 'body' failed to satisfy constraint: "
                f"Member must have length less than or equal to {limit}",
            )
        answer, plan = await endpoint.invoke(headers, body)
        if len(answer.body) > limit:
            raise ModelFaultError(
                f"Received a response of {len(answer.body)} bytes from primary; at most {limit} "
                "are allowed.",
                500,
                "",
            )
        return answer, plan

    def _payload_limit(self, name: str) -> int:
        plan = self.collection.get(name)["Deployed"]
        return SERVERLESS_PAYLOAD_BYTES if plan["serverless"] else PAYLOAD_BYTES

    async def _delete(self, name: str) -> None:
        await self._live[name].delete()
        del self._live[name]
        self.collection.remove(name)

    def _run(self, name: str, document: Document) -> None:
        endpoint = Endpoint(
            document,
            self.collection.folder(name),
            lambda: self.collection.save(name, document),
            program=self._program,
            bucket=self._bucket,
            timings=self._timings,
        )
        self._live[name] = endpoint
        endpoint.resume()

    @staticmethod
    def _require_settled(document: Document) -> None:
        if document["EndpointStatus"] in _BUSY:
            raise invalid(f'Cannot update in-progress endpoint "{document["EndpointArn"]}".')


def _variant(plan: Plan, stage: str) -> Document:
    """A variant as DescribeEndpoint shows it; `stage` is `Current` or `Desired`."""
    capacity = (
        {f"{stage}ServerlessConfig": plan.serverless}
        if plan.serverless
        else {f"{stage}InstanceCount": 1}
    )
    return {
        "VariantName": plan.variant_name,
        "DeployedImages": [{"SpecifiedImage": plan.image, "ResolvedImage": plan.image}],
        f"{stage}Weight": 1.0,
        **capacity,
    }

"""The control plane's operations on endpoints, and the runtime's one."""

import asyncio
import time

from aws_local.sagemaker.containers.http_client import HttpAnswer
from aws_local.sagemaker.containers.live_endpoint import LiveEndpoint
from aws_local.sagemaker.containers.workplace import Workplace
from aws_local.sagemaker.control_plane.collection import Collection
from aws_local.sagemaker.control_plane.endpoint_configs import EndpointConfigs
from aws_local.sagemaker.state import endpoint, quotas
from aws_local.sagemaker.state.document import Document
from aws_local.sagemaker.state.faults import ModelFaultError, invalid
from aws_local.sagemaker.state.plan import Plan
from aws_local.wire.fault import FaultError


class Endpoints:
    """Endpoints, those of earlier lives included."""

    def __init__(self, workplace: Workplace, configs: EndpointConfigs) -> None:
        settings = workplace.settings
        self.collection = Collection(
            settings.folder / "endpoints", settings.account, "endpoint", "endpoint"
        )
        self._account = settings.account
        self._configs = configs
        self._workplace = workplace
        self._live: dict[str, LiveEndpoint] = {}
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
        await asyncio.gather(*(live.end() for live in self._live.values()))
        await asyncio.gather(*self._deletions)

    async def create(self, request: Document) -> Document:
        """CreateEndpoint."""
        name = request["EndpointName"]
        self.collection.require_new(name)
        plan = self._configs.plan(request["EndpointConfigName"])
        quotas.check_creation(self.collection, plan, self._workplace.settings.quotas)
        arn = self.collection.arn(name)
        document = endpoint.create(request, arn, plan, time.time())
        self.collection.save(name, document)
        self._run(name, document)
        return {"EndpointArn": arn}

    async def update(self, request: Document) -> Document:
        """UpdateEndpoint: the new configuration comes up beside the old one."""
        name = request["EndpointName"]
        document = self.collection.get(name)
        plan = endpoint.successor(
            document,
            self._configs.plan(request["EndpointConfigName"]),
            retain=request.get("RetainAllVariantProperties", False),
        )
        quotas.check_capacity(self.collection, plan, self._workplace.settings.quotas)
        endpoint.begin_update(document, plan, time.time())
        self.collection.save(name, document)
        self._live[name].begin_deployment()
        return {"EndpointArn": document["EndpointArn"]}

    async def scale(self, request: Document) -> Document:
        """UpdateEndpointWeightsAndCapacities: at once, one process serves whatever the number."""
        name, (variant, *others) = request["EndpointName"], request["DesiredWeightsAndCapacities"]
        document, count = self.collection.get(name), variant.get("DesiredInstanceCount")
        if count is None or others:
            raise invalid("The local stack scales one variant: give its DesiredInstanceCount.")
        plan = endpoint.scalable(document, variant["VariantName"])
        together, more = quotas.plans(self.collection), max(0, count - plan.instances)
        quotas.check_instances(together, plan, more, self._workplace.settings.quotas)
        endpoint.scale(document, count, time.time())
        self.collection.save(name, document)
        return {"EndpointArn": document["EndpointArn"]}

    async def describe(self, request: Document) -> Document:
        """DescribeEndpoint."""
        return endpoint.shown(self.collection.get(request["EndpointName"]))

    async def list(self, request: Document) -> Document:
        """ListEndpoints."""
        return endpoint.LISTING.answer(self.collection, request)

    async def delete(self, request: Document) -> Document:
        """DeleteEndpoint; configuration and model stay."""
        name = request["EndpointName"]
        document = self.collection.get(name)
        endpoint.begin_deletion(document, time.time())
        self.collection.save(name, document)
        task = asyncio.create_task(self._delete(name))
        self._deletions.add(task)
        task.add_done_callback(self._deletions.discard)
        return {}

    async def invoke(
        self, name: str, headers: dict[str, str], body: bytes
    ) -> tuple[HttpAnswer, Plan]:
        """InvokeEndpoint: the container's answer and whose it is."""
        live = self._live.get(name)
        if live is None or not live.serving:
            raise endpoint.not_serving(name, self._account.account_id)
        limit = endpoint.payload_limit(self.collection.get(name))
        if len(body) > limit:
            raise _body_too_large(limit)
        answer, plan = await live.invoke(headers, body)
        if len(answer.body) > limit:
            raise _answer_too_large(len(answer.body), limit)
        return answer, plan

    async def _delete(self, name: str) -> None:
        await self._live[name].delete()
        del self._live[name]
        self.collection.remove(name)

    def _run(self, name: str, document: Document) -> None:
        live = LiveEndpoint(
            document,
            self.collection.folder(name),
            lambda: self.collection.save(name, document),
            self._workplace,
        )
        self._live[name] = live
        live.resume()


def _body_too_large(limit: int) -> FaultError:
    return FaultError(
        "ValidationError",
        "1 validation error detected: Value at 'body' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )


def _answer_too_large(size: int, limit: int) -> ModelFaultError:
    message = f"Received a response of {size} bytes from primary; at most {limit} are allowed."
    return ModelFaultError(message, 500, "")

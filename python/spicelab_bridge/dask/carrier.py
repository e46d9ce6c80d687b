"""Chunks as Dask tasks: one per attempt, each under a key of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import TYPE_CHECKING, Any

from dask._task_spec import Task
from distributed import KilledWorker, get_worker
from distributed.client import FutureCancelledError

from spicelab_bridge.background import Background
from spicelab_bridge.dask import plugins
from spicelab_bridge.dask.connection import Connection, connect, start_cluster
from spicelab_bridge.dask.plugins import report_here
from spicelab_bridge.flights import Flight, Flights, Slots, tell_opened
from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from distributed import Future, LocalCluster

    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Outcome
    from spicelab_bridge.messages import Options, Submitted, Tell

LOG = logging.getLogger(__name__)
WATCH_SECONDS = 0.2
PATIENCE_SECONDS = 60.0
RETRY_SECONDS = 0.5
RECONNECT_SECONDS = 3.0
CALL_SECONDS = 10.0
CANCEL_SECONDS = 2.0
WORKERS_SECONDS = 120.0
REPORT_ATTEMPTS = 50
# Module-level lambdas: plain pickle refuses them, so that cloudpickle takes them by value.
# The first one travels with every chunk, and is small: the rest has come with the plugin.
SIMULATE = lambda bundle, plan, topic, order: get_worker().plugins[bundle].simulate(plan, topic, order)  # noqa: E731
REPORT = lambda bundle, wanted: report_here(bundle, wanted)  # noqa: E731, PLW0108


class DaskCarrier:
    """Carries over one cluster, also when its scheduler comes back as another one."""

    def __init__(self, tell: Tell) -> None:
        """Connect to nothing yet."""
        self._tell = tell
        self._id = uuid.uuid4().hex[:12]
        self._topic = f"spicelab-{self._id}"
        self._options: Options = {}
        self._cluster: LocalCluster | None = None
        self._connection: Connection | None = None
        self._bundles: dict[str, plugins.BundlePlugin] = {}
        self._plans: dict[str, plugins.PlanPlugin] = {}
        self._flights: Flights[Future] = Flights(tell, lambda future: future.release())
        self._background = Background()
        self._slots = Slots(tell)
        self._attempts = 0
        self._closing = False

    async def open(self, options: Options, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Connect, or start a cluster; bring the bundle; tell what there is. Raises Problem."""
        self._options = options
        if "address" not in options and "schedulerFile" not in options:
            self._cluster = await start_cluster(options.get("workers", 1))
        connection = await self._connect()
        await self.bundle(bundle, files, packed)
        hosts = await self._reports(bundle, await self._first_report(connection, bundle))
        tell_opened(self._tell, self._slots, hosts, connection.dashboard, connection.versions)
        self._background.follow(self._watch())

    async def bundle(self, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Register the plugin that writes the bundle."""
        if bundle in self._bundles:
            return
        plugin = plugins.BundlePlugin(f"{self._topic}-bundle-{bundle}", bundle, files, packed)
        self._bundles[bundle] = plugin
        await self._register(plugin)

    async def plan(self, plan_id: str, plan: bytes) -> None:
        """Register the plugin that holds the plan."""
        plugin = plugins.PlanPlugin(f"{self._topic}-plan-{plan_id}", plan)
        self._plans[plan_id] = plugin
        await self._register(plugin)

    async def submit(self, submitted: list[Submitted]) -> None:
        """Make a task of each chunk."""
        connection = self._connection
        if connection is None:
            for each in submitted:
                self._flights.refuse(each["order"]["chunk"], "there is no scheduler")
            return
        graph: dict[str, Task] = {}
        for each in submitted:
            self._attempts += 1
            key = f"spicelab-{self._id}-{self._attempts}"
            bundle = self._bundles[each["bundle"]].name
            plan = self._plans[each["planId"]].name
            # A producer of data waits with the scheduler until a worker has a thread for it.
            graph[key] = Task(key, SIMULATE, bundle, plan, self._topic, each["order"], _data_producer=True)
        futures = connection.client.get(
            graph,
            list(graph),
            sync=False,
            priority=self._options.get("priority", 0),
            resources=self._options.get("resources") or None,
        )
        for each, future in zip(submitted, futures, strict=True):
            self._background.follow(self._land(self._flights.begin(each["order"]["chunk"], future)))

    async def cancel(self, chunks: list[str]) -> None:
        """Forget the tasks and end what simulates them; other orders do not wait for a worker that hangs."""
        self._background.follow(self._abandon(self._flights.of(chunks), "cancelled", ""))

    async def close(self) -> None:
        """Take everything of this carrier from the workers; end the cluster that it started."""
        self._closing = True
        self._background.end()
        if self._connection:
            await self._unregister(self._connection)
            await self._connection.close()
        if self._cluster:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._cluster.close(), CALL_SECONDS)

    # -- chunks

    async def _land(self, flight: Flight[Future]) -> None:
        try:
            outcome: Outcome = await flight.handle.result()
        except FutureCancelledError:
            self._flights.lose(flight, "unreachable", "the scheduler has forgotten the chunk")
        except KilledWorker as error:
            self._flights.lose(flight, "crash", str(error))
        except Exception as error:  # noqa: BLE001
            self._flights.lose(flight, "crash", f"{type(error).__name__}: {error}")
        else:
            self._flights.landed(flight, outcome)

    async def _abandon(self, flights: list[Flight[Future]], reason: str, detail: str) -> None:
        """End chunks here and on the workers: the scheduler alone stops no code that runs."""
        connection = self._connection
        if not flights:
            return
        if connection:
            chunks = [flight.chunk for flight in flights]
            bundles = [plugin.name for plugin in self._bundles.values()]
            calls = (
                connection.client.cancel([flight.handle for flight in flights], force=True),
                self._on_workers(plugins.cancel_chunks, chunks, bundles),
            )
            # a worker that does not answer shall not keep the others waiting
            with contextlib.suppress(Exception):
                await asyncio.wait_for(asyncio.gather(*calls), CANCEL_SECONDS)
        for flight in flights:
            self._flights.lose(flight, reason, detail)

    # -- the cluster

    async def _connect(self, seconds: float = CALL_SECONDS) -> Connection:
        connection = await connect(self._options, self._cluster, seconds)
        connection.client.subscribe_topic(self._topic, self._heard)
        connection.client.subscribe_topic("all", self._noticed)
        self._connection = connection
        return connection

    def _heard(self, event: tuple[float, Any]) -> None:
        self._flights.heard(event[1]["said"], event[1]["worker"])

    async def _noticed(self, event: tuple[float, Any]) -> None:
        message = event[1]
        if not isinstance(message, dict) or message.get("action") not in ("add-worker", "remove-worker"):
            return
        if message["action"] == "remove-worker":
            address = message["worker"]
            reason = "preempted" if message.get("expected") else "crash"
            lost = self._flights.begun_at(address)
            self._background.follow(self._abandon(lost, reason, f"the Dask worker {address} is gone"))
        self._background.follow(self._count_slots())

    async def _count_slots(self) -> None:
        if not self._connection or self._closing:
            return
        with contextlib.suppress(Exception):
            there = await asyncio.wait_for(self._connection.client.scheduler.identity(), CALL_SECONDS)
            count = sum(map(self._slots_of, there["workers"].values()))
            # a cluster of others starts workers when something waits
            self._slots.now(max(count, 0 if self._cluster else 1))

    def _slots_of(self, worker: dict[str, Any]) -> int:
        return plugins.slots_of(worker["nthreads"], worker["resources"], self._options.get("resources", {}))

    async def _first_report(self, connection: Connection, bundle: str) -> dict[str, Any] | None:
        """Wait for a worker and what it has; a task that waits lets a cluster start one. Raises Problem."""
        resources = self._options.get("resources", {})
        key, name = f"{self._topic}-wake", self._bundles[bundle].name
        task = connection.client.submit(
            REPORT, name, resources, key=key, pure=False, resources=resources or None
        )
        try:
            found: dict[str, Any] | None = await asyncio.wait_for(task.result(), WORKERS_SECONDS)
        except TimeoutError as error:
            address = connection.client.scheduler.address
            having = "".join(f' --resources "{name}={amount:g}"' for name, amount in resources.items())
            raise Problem(
                f"the Dask scheduler at {address} has no workers{having and f' with{having}'}",
                f"Start some with `dask worker {address}{having}`.",
            ) from error
        return found

    async def _reports(self, bundle: str, first: dict[str, Any] | None) -> list[dict[str, Any]]:
        """Ask every worker what it has; one that has just come gets the bundle first."""
        for _ in range(REPORT_ATTEMPTS):
            wanted = self._options.get("resources", {})
            answers = await self._on_workers(plugins.report, self._bundles[bundle].name, wanted)
            able = [answer for answer in answers.values() if answer and answer["slots"] > 0]
            if able and all(answers.values()):
                return able
            if first and not answers:
                # a cluster that shrinks at once has none any more
                return [first]
            await asyncio.sleep(WATCH_SECONDS)
        raise Problem("not every worker of the cluster answers", "Look at the logs of its workers.")

    async def _on_workers(self, function: Any, *arguments: Any) -> dict[str, Any]:
        if not self._connection:
            return {}
        answers: dict[str, Any] = await self._connection.client.run(function, *arguments, on_error="ignore")
        return answers

    @property
    def _plugins(self) -> list[plugins.BundlePlugin | plugins.PlanPlugin]:
        return [*self._bundles.values(), *self._plans.values()]

    async def _register(self, plugin: Any) -> None:
        """Bring a plugin to every worker; where the scheduler is gone, `_recover` does so."""
        connection = self._connection
        if not connection:
            return
        try:
            await connection.client.register_plugin(plugin, name=plugin.name)
        except Exception:
            if connection.client.status == "running":
                raise
            LOG.warning("the scheduler went before it had %s", plugin.name)

    async def _unregister(self, connection: Connection) -> None:
        names = [plugin.name for plugin in self._plugins]
        with contextlib.suppress(Exception):
            await connection.client.cancel([flight.handle for flight in self._flights], force=True)
        calls = [connection.client.unregister_worker_plugin(name) for name in names]
        with contextlib.suppress(Exception):
            await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), CALL_SECONDS)

    async def _watch(self) -> None:
        while not self._closing:
            await asyncio.sleep(WATCH_SECONDS)
            connection = self._connection
            if connection and connection.client.status != "running":
                await self._recover(connection)

    async def _recover(self, broken: Connection) -> None:
        """Connect anew to a scheduler that is gone, and give up when it stays away."""
        self._connection = None
        self._slots.now(0)
        for flight in self._flights:
            self._flights.lose(flight, "unreachable", "the scheduler is gone")
        await broken.close()
        patience = self._options.get("patience", PATIENCE_SECONDS)
        deadline = asyncio.get_running_loop().time() + patience
        while not self._closing:
            try:
                await self._connect(RECONNECT_SECONDS)
                for plugin in self._plugins:
                    await self._register(plugin)
            except Exception as error:  # noqa: BLE001
                LOG.warning("no scheduler yet: %s", error)
                if asyncio.get_running_loop().time() > deadline:
                    reason = f"the Dask scheduler has not come back within {patience:g} s"
                    self._tell({"type": "gone", "reason": reason})
                    return
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await self._count_slots()
                return

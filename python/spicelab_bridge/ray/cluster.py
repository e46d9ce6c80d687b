"""One connection to a Ray cluster: the only place that calls Ray, always off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import ray
from ray import cloudpickle, exceptions

from spicelab_bridge import far, frames, problem
from spicelab_bridge.far import bundle, host, node, pool, worker_process
from spicelab_bridge.ray import actors, refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from spicelab_bridge.messages import Options

TRAVELLING = (far, frames, problem, bundle, host, node, pool, worker_process, actors)
HEAD = "node:__internal_head__"
PROBE_SECONDS = 3.0
CONNECT_SECONDS = 90.0
RETRY_SECONDS = 1.0
KNOCKS = 8
STEWARD_SECONDS = 60.0
CLOSE_SECONDS = 5.0
Result = TypeVar("Result")


class Remote:
    """An actor of the cluster."""

    def __init__(self, actor: Any) -> None:
        """Take Ray's handle."""
        self._actor = actor

    async def call(self, method: str, *arguments: Any) -> Any:
        """Have a method run there. Raises what Ray raises."""
        future: Future[Any] = await in_thread(
            lambda: getattr(self._actor, method).remote(*arguments).future()
        )
        return await asyncio.wrap_future(future)

    async def kill(self) -> None:
        """End it at once; its calls fail."""
        with contextlib.suppress(Exception):
            await in_thread(lambda: ray.kill(self._actor))


class Cluster:
    """Connected from `connect` on, until `close` or until the head is lost, which `answers` finds out."""

    def __init__(self, options: Options) -> None:
        """Connect to nothing yet."""
        self._options = options
        self._worker: Any = None
        self._steward: Remote | None = None
        self._probed: tuple[str, int] | None = None
        self.dashboard: str | None = None

    @property
    def own(self) -> bool:
        """Whether this process has started it, and ends it."""
        return "address" not in self._options

    @property
    def where(self) -> str:
        """How the user calls it."""
        return self._options.get("address", "the local Ray cluster")

    @property
    def versions(self) -> dict[str, str]:
        """Of both ends: Ray lets only equal ones talk to each other."""
        return {"python": ".".join(map(str, sys.version_info[:3])), "ray": ray.__version__}

    async def connect(self) -> None:
        """Connect, or start a cluster. Raises Problem."""
        if ":" in self.where and not self.own:
            host_name, _, port = self.where.removeprefix("ray://").rpartition(":")
            self._probed = (host_name, int(port))
            await self._knock()
        await self._init()
        for module in TRAVELLING:
            if module.__name__ not in cloudpickle.list_registry_pickle_by_value():
                cloudpickle.register_pickle_by_value(module)
        if self._probed is None:
            address: str = await in_thread(lambda: ray.get_runtime_context().gcs_address)
            host_name, _, port = address.rpartition(":")
            self._probed = (host_name, int(port))
        self._worker = await in_thread(self._worker_class)
        self._steward = Remote(await in_thread(self._start_steward))

    async def _knock(self) -> None:
        """Raise Problem where nothing listens, also after a while: a head may have just started."""
        for _ in range(KNOCKS):
            if await self.answers():
                return
            await asyncio.sleep(RETRY_SECONDS)
        raise refusals.silent(self.where)

    async def answers(self) -> bool:
        """Whether anything listens where the head did."""
        if self._probed is None:
            return True
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(*self._probed), PROBE_SECONDS)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    async def put(self, data: bytes) -> list[Any]:
        """Put bytes into the object store; give what fetches them from there."""
        return [await in_thread(lambda: ray.put(data))]

    async def start_worker(self) -> Remote:
        """Ask for one more worker; the cluster places it when there is room."""
        return Remote(await in_thread(self._worker.remote))

    async def nodes(self) -> list[actors.Node]:
        """List the living nodes."""
        found: list[actors.Node] = await self._ask("nodes")
        return found

    async def want(self, workers: int) -> None:
        """Tell the autoscaler how many workers should fit."""
        await self._ask("want", [self._shape] * workers)

    async def close(self) -> None:
        """Take back what the autoscaler was told, and leave; ends an own cluster."""
        if self._steward:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.want(0), CLOSE_SECONDS)
            await self._steward.kill()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(in_thread(ray.shutdown), CLOSE_SECONDS)

    def loss(self, error: BaseException) -> tuple[str, str]:
        """Say why a chunk was lost, as the run counts it, and in words."""
        return _loss(error)

    @property
    def cpus(self) -> float:
        """That one worker takes of a node."""
        return self._options.get("workerCpus", 1)

    @property
    def memory(self) -> float:
        """Bytes that one worker takes of a node; 0 where nobody has said so."""
        return self._options.get("workerMemory", 0)

    @property
    def _shape(self) -> dict[str, float]:
        return {"CPU": self.cpus, **({"memory": self.memory} if self.memory else {})}

    def _worker_class(self) -> Any:
        # The pool replaces workers: it counts what is lost, and does not wait for a node to come back.
        return ray.remote(
            num_cpus=self.cpus,
            memory=self.memory or None,
            max_restarts=0,
            max_task_retries=0,
            concurrency_groups=actors.GROUPS,
        )(actors.SimulationWorker)

    def _start_steward(self) -> Any:
        options: dict[str, Any] = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": -1}
        if HEAD in ray.cluster_resources():
            options["resources"] = {HEAD: 0.001}
        return ray.remote(**options)(actors.Steward).remote()

    async def _ask(self, method: str, *arguments: Any) -> Any:
        if self._steward is None:
            raise ConnectionError
        return await asyncio.wait_for(self._steward.call(method, *arguments), STEWARD_SECONDS)

    async def _init(self) -> None:
        deadline = asyncio.get_running_loop().time() + CONNECT_SECONDS
        while True:
            try:
                # Daemons end with the thread that has started them, which therefore is the main one.
                context = self._connect_once() if self.own else await in_thread(self._connect_once)
            except Exception as error:
                refusal = refusals.of(error, self.where)
                if refusal.final or self.own or asyncio.get_running_loop().time() > deadline:
                    raise refusal from error
                await in_thread(ray.shutdown)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                url = getattr(context, "dashboard_url", None)
                self.dashboard = f"http://{url}" if url else None
                return

    def _connect_once(self) -> Any:
        quiet = {"log_to_driver": False, "logging_level": "WARNING"}
        address = self._options.get("address")
        if address is None:
            count = self._options.get("workers") or os.cpu_count() or 1
            return ray.init("local", num_cpus=max(1, -(-count * self.cpus // 1)), **quiet)
        return ray.init(address, namespace="spicelab", **quiet)


def _loss(error: BaseException) -> tuple[str, str]:
    cause = getattr(error, "cause", None) or error
    text = f"{type(cause).__name__}: {cause}".strip()
    if isinstance(error, exceptions.OutOfMemoryError):
        return "memory", text
    if isinstance(error, exceptions.RayActorError):
        if error.preempted:
            return "preempted", text
        # Ray tells the death of a node by words alone
        return ("unreachable" if "node has died" in text or "node died" in text else "crash"), text
    return (
        "unreachable" if isinstance(error, (ConnectionError, exceptions.RaySystemError)) else "crash"
    ), text


async def in_thread(work: Callable[[], Result]) -> Result:
    """Do what may block, in a thread that keeps nobody from ending."""
    future: Future[Result] = Future()
    # who no longer waits for it does not end it
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(future)

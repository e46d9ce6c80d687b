"""What runs on a Ray cluster: workers, and a steward that looks after the cluster. Travels by value."""

from __future__ import annotations

import os
import queue
from typing import TYPE_CHECKING, Any, TypedDict

import ray

from spicelab_bridge.far.host import Host

if TYPE_CHECKING:
    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Order, Outcome

MOST_PLANS = 8
LISTEN_SECONDS = 30.0
# Concurrency groups of a worker, with their threads: these answer while the worker simulates.
CONTROL = "control"
LISTENING = "listening"
GROUPS = {CONTROL: 1, LISTENING: 1}


class Place(TypedDict):
    """Where an actor has come to be."""

    actor: str
    node: str
    pid: int


class BundleBox(TypedDict):
    """A bundle in the object store. A reference in a list is fetched only where it is wanted."""

    bundle: str
    files: list[BundledFile]
    packed: list[Any]


class PlanBox(TypedDict):
    """A plan in the object store."""

    plan_id: str
    plan: list[Any]


class SimulationWorker:
    """One worker process, kept from chunk to chunk."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._hosts: dict[str, Host] = {}
        self._plans: dict[str, bytes] = {}
        self._said: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def place(self) -> Place:
        """Say where this is, and by that, that it can be used."""
        context = ray.get_runtime_context()
        return {"actor": context.get_actor_id(), "node": context.get_node_id(), "pid": os.getpid()}

    def report(self, box: BundleBox) -> dict[str, Any]:
        """Say what there is on this host for one worker."""
        found: dict[str, Any] = self._host(box).report(1)
        return found

    def simulate(self, box: BundleBox, plan: PlanBox, order: Order) -> Outcome:
        """Simulate a chunk."""
        return self._host(box).simulate(order, self._plan(plan), self._said.put)

    @ray.method(concurrency_group=LISTENING)  # type: ignore[untyped-decorator]
    def listen(self) -> list[dict[str, Any]]:
        """Wait for what the worker process tells while it simulates; empty when that was nothing for long."""
        try:
            said = [self._said.get(timeout=LISTEN_SECONDS)]
        except queue.Empty:
            return []
        while not self._said.empty():
            said.append(self._said.get())
        return said

    @ray.method(concurrency_group=CONTROL)  # type: ignore[untyped-decorator]
    def cancel(self, chunks: list[str]) -> None:
        """End what is at these chunks, also what will be."""
        for host in list(self._hosts.values()):
            host.cancel(chunks)

    @ray.method(concurrency_group=CONTROL)  # type: ignore[untyped-decorator]
    def close(self) -> None:
        """End the worker process."""
        for host in list(self._hosts.values()):
            host.close()

    def _host(self, box: BundleBox) -> Host:
        bundle = box["bundle"]
        if bundle not in self._hosts:
            name = f"ray-{ray.get_runtime_context().get_actor_id()[:12]}"
            self._hosts[bundle] = Host(name, bundle, box["files"], ray.get(box["packed"][0]))
        return self._hosts[bundle]

    def _plan(self, box: PlanBox) -> bytes:
        plan_id = box["plan_id"]
        if plan_id not in self._plans:
            self._plans[plan_id] = ray.get(box["plan"][0])
            for old in list(self._plans)[:-MOST_PLANS]:
                del self._plans[old]
        return self._plans[plan_id]


class Node(TypedDict):
    """A living node of the cluster: what it has in all, used or not."""

    node: str
    cpus: float
    memory: float
    draining: bool


class Steward:
    """Sees the cluster from inside, where all of Ray's calls work, also for those connected by Ray Client."""

    def nodes(self) -> list[Node]:
        """List the living nodes."""
        from ray._private.state import state  # noqa: PLC0415

        draining = state.get_draining_nodes()
        return [
            {
                "node": node["NodeID"],
                "cpus": node["Resources"].get("CPU", 0.0),
                "memory": node["Resources"].get("memory", 0.0),
                "draining": node["NodeID"] in draining,
            }
            for node in ray.nodes()
            if node["Alive"]
        ]

    def want(self, bundles: list[dict[str, float]]) -> None:
        """Tell the autoscaler, where there is one, what should fit into the cluster."""
        from ray.autoscaler.sdk import request_resources  # noqa: PLC0415

        request_resources(bundles=bundles)

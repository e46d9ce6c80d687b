"""What runs on a Ray cluster: workers, and a steward that looks after the cluster. Travels by value."""

from __future__ import annotations

import os
import queue
import time
from typing import TYPE_CHECKING, Any, TypedDict

import ray

from spicelab_bridge.far.host import Host

if TYPE_CHECKING:
    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Order, Outcome

LISTEN_SECONDS = 30.0
# What is told within so long goes in one answer: chunks that take less cost no answer of their own.
GATHER_SECONDS = 0.05
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

    def keep_bundle(self, box: BundleBox) -> None:
        """Fetch and unpack a bundle for reports and chunks to come."""
        if box["bundle"] not in self._hosts:
            name = f"ray-{ray.get_runtime_context().get_actor_id()[:12]}"
            self._hosts[box["bundle"]] = Host(name, box["bundle"], box["files"], ray.get(box["packed"][0]))

    def keep_plan(self, box: PlanBox, unneeded: list[str]) -> None:
        """Fetch a plan for chunks to come, and forget others."""
        self._plans[box["plan_id"]] = ray.get(box["plan"][0])
        for plan_id in unneeded:
            self._plans.pop(plan_id, None)

    def report(self, bundle: str) -> dict[str, Any]:
        """Say what there is on this host for one worker."""
        found: dict[str, Any] = self._hosts[bundle].report(1)
        return found

    def simulate(self, bundle: str, plan_id: str, order: Order) -> Outcome:
        """Simulate a chunk with what was kept."""
        return self._hosts[bundle].simulate(order, self._plans[plan_id], self._said.put)

    @ray.method(concurrency_group=LISTENING)  # type: ignore[untyped-decorator]
    def listen(self) -> list[dict[str, Any]]:
        """Wait for what the worker process tells while it simulates; empty when that was nothing for long."""
        try:
            said = [self._said.get(timeout=LISTEN_SECONDS)]
        except queue.Empty:
            return []
        time.sleep(GATHER_SECONDS)
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

"""A pool of workers and the cluster that they are on, as they see each other: nothing here knows Ray."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from spicelab_bridge.far.pool import Order
    from spicelab_bridge.flights import Flight
    from spicelab_bridge.ray.actors import BundleBox, Node, PlanBox


class Remote(Protocol):
    """An actor, wherever it runs."""

    async def call(self, method: str, *arguments: Any) -> Any:
        """Have a method run there."""

    async def kill(self) -> None:
        """End it at once; its calls fail."""


class Cluster(Protocol):
    """What workers are started on."""

    @property
    def cpus(self) -> float:
        """That one worker takes of a node."""

    @property
    def memory(self) -> float:
        """Bytes that one worker takes of a node; 0 where nobody has said so."""

    async def start_worker(self) -> Remote:
        """Ask for one more worker; the cluster places it when there is room."""

    async def nodes(self) -> list[Node]:
        """List the living nodes."""

    async def want(self, workers: int) -> None:
        """Tell the autoscaler how many workers should fit."""

    def loss(self, error: BaseException) -> tuple[str, str]:
        """Say why a chunk was lost, as the run counts it, and in words."""


@dataclass(eq=False)
class Ticket:
    """What a worker needs for a chunk."""

    bundle: BundleBox
    plan: PlanBox
    order: Order


@dataclass(eq=False)
class Worker:
    """An actor. It is given chunks from the moment that it has answered."""

    remote: Remote
    bundles: set[str] = field(default_factory=set)
    """That it keeps."""
    plans: list[str] = field(default_factory=list)
    """That it keeps, the latest last."""
    node: str = ""
    load_key: str = ""
    flight: Flight[Ticket] | None = None
    retired: bool = False

    @property
    def idle(self) -> bool:
        """Whether it can take a chunk."""
        return bool(self.node) and self.flight is None and not self.retired


def places(node: Node, cluster: Cluster) -> int:
    """Count the workers that fit on a node."""
    by_cpu = node["cpus"] / cluster.cpus
    by_memory = node["memory"] / cluster.memory if cluster.memory else by_cpu
    return int(min(by_cpu, by_memory))


def no_room(cluster: Cluster) -> Problem:
    """Say that no worker fits."""
    needs = f"{cluster.cpus:g} CPU"
    if cluster.memory:
        needs += f" and {cluster.memory / 2**30:.3g} GiB of memory"
    return Problem(
        f"the Ray cluster has no room for a worker, which takes {needs}",
        "Start a node by `ray start --address HEAD:6379`, or ask for less: --worker-cpus, --worker-memory.",
    )


def stillborn(why: str) -> Problem:
    """Say that workers are placed and die."""
    return Problem(f"worker after worker ends at start: {why}", "Look at the logs of the cluster's nodes.")

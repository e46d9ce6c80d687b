"""What the TypeScript side and the bridge tell each other; src/backends/bridge/messages.ts has the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypedDict

if TYPE_CHECKING:
    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Order

PROTOCOL_VERSION = 1


class Options(TypedDict, total=False):
    """Which cluster, and how it is used."""

    address: str
    schedulerFile: str
    workers: int
    workerCpus: float
    workerMemory: int
    tls: bool
    patience: float
    priority: int
    resources: dict[str, float]


class Submitted(TypedDict):
    """A chunk to be simulated, once."""

    bundle: str
    planId: str
    order: Order


class Tell(Protocol):
    """Tells the TypeScript side something."""

    def __call__(self, header: dict[str, Any], payloads: list[bytes] | None = None, /) -> None:
        """Never waits."""


class Carrier(Protocol):
    """A kind of cluster."""

    async def open(self, options: Options, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Connect, bring the bundle to every worker, tell `opened`. Raises Problem."""

    async def bundle(self, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Bring one more bundle to every worker."""

    async def plan(self, plan_id: str, plan: bytes) -> None:
        """Bring a plan to every worker."""

    async def submit(self, submitted: list[Submitted]) -> None:
        """Have chunks simulated; each ends with `ended` or `lost`."""

    async def cancel(self, chunks: list[str]) -> None:
        """End chunks that have not ended as `lost`, also what simulates them."""

    async def close(self) -> None:
        """End what this carrier has started on the cluster."""

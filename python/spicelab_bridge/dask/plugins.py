"""What Dask workers hold for a client: the bundle with its worker processes, and plans.

Plugins, so that workers which join or are started anew have them too.
"""

from __future__ import annotations

import asyncio
from threading import Timer
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from spicelab_bridge.far.host import Host

if TYPE_CHECKING:
    from distributed import Worker

    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Order, Outcome

# What is told so soon before the outcome is not sent: that says it too, at no cost for the scheduler.
TELL_SECONDS = 0.05


class BundlePlugin(WorkerPlugin):  # type: ignore[misc]
    """A bundle on a Dask worker, with its worker processes."""

    def __init__(self, name: str, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Take what is to be written on each host."""
        self.name = name
        self.bundle = bundle
        self.files = files
        self.packed = packed
        self.host: Host | None = None
        self._worker: Worker | None = None

    def setup(self, worker: Worker) -> None:
        """Unpack the bundle."""
        self._worker = worker
        self.host = Host(worker.address, self.bundle, self.files, self.packed)
        self.packed = b""

    def simulate(self, plan: str, topic: str, order: Order) -> Outcome:
        """Be a task: simulate a chunk of the plan of this name, tell meanwhile under the topic."""
        worker, host = self._worker, self.host
        if worker is None or host is None:
            raise RuntimeError("the bundle is not unpacked yet")
        timers: list[Timer] = []

        def tell(said: dict[str, Any]) -> None:
            # Dask puts the address of its own worker under "worker"
            timers.append(Timer(TELL_SECONDS, worker.log_event, (topic, {"said": said})))
            timers[-1].start()

        try:
            return host.simulate(order, worker.plugins[plan].plan, tell)
        finally:
            for timer in timers:
                timer.cancel()

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """End every worker process."""
        if self.host:
            self.host.close()


class PlanPlugin(WorkerPlugin):  # type: ignore[misc]
    """A plan, once per worker."""

    def __init__(self, name: str, plan: bytes) -> None:
        """Keep its bytes."""
        self.name = name
        self.plan = plan


def cancel_chunks(chunks: list[str], bundles: list[str], dask_worker: Worker) -> None:
    """End what is at these chunks on a worker."""
    for bundle in bundles:
        plugin = dask_worker.plugins.get(bundle)
        if plugin and plugin.host:
            plugin.host.cancel(chunks)


async def report(bundle: str, wanted: dict[str, float], dask_worker: Worker) -> dict[str, Any] | None:
    """Say what a worker has for chunks that want such resources; None where the bundle has not come."""
    return await asyncio.to_thread(_report, bundle, wanted, dask_worker)


def report_here(bundle: str, wanted: dict[str, float]) -> dict[str, Any] | None:
    """Be a task that says the same of the worker that it came to."""
    from distributed import get_worker  # noqa: PLC0415

    return _report(bundle, wanted, get_worker())


def _report(bundle: str, wanted: dict[str, float], worker: Worker) -> dict[str, Any] | None:
    plugin = worker.plugins.get(bundle)
    if plugin is None or plugin.host is None:
        return None
    slots = slots_of(worker.state.nthreads, worker.state.total_resources, wanted)
    found: dict[str, Any] = plugin.host.report(slots)
    return found


def slots_of(threads: int, resources: dict[str, float], wanted: dict[str, float]) -> int:
    """Count the chunks that a worker simulates at a time, when each takes such resources for itself."""
    return min([threads, *(int(resources.get(name, 0) // amount) for name, amount in wanted.items())])

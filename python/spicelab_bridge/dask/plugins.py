"""What Dask workers hold for a client: the bundle with its worker processes, and plans.

Plugins, so that workers which join or are started anew have them too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from spicelab_bridge.far.bundle import unpack_bundle
from spicelab_bridge.far.node import find_node
from spicelab_bridge.far.pool import Outcome, Pool
from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from distributed import Worker

    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Order

PROBE_SECONDS = 60


class BundlePlugin(WorkerPlugin):  # type: ignore[misc]
    """The worker processes of one bundle."""

    def __init__(self, name: str, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Take what is to be written on each host."""
        self.name = name
        self.bundle = bundle
        self.files = files
        self.packed = packed
        self.pool: Pool | None = None
        self.folder: Path | None = None
        self.node = ("", "")
        self.problem: dict[str, str] | None = None

    def setup(self, worker: Worker) -> None:
        """Unpack the bundle; what is missing is told by `report` and by the first chunk."""
        try:
            self.node = find_node()
            self.folder = unpack_bundle(self.bundle, self.files, self.packed)
            self.pool = Pool(worker.address, self.node[0], self.folder)
        except Problem as problem:
            self.problem = problem.to_json()
        except OSError as error:
            what = f"the host {socket.gethostname()} cannot keep the worker's files: {error}"
            self.problem = Problem(what, "Make room in its temporary folder, or set TMPDIR there.").to_json()
        self.packed = b""

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """End every worker process."""
        if self.pool:
            self.pool.close()

    def simulate(self, order: Order, plan: bytes, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Simulate a chunk in a worker process of this host."""
        if self.pool:
            return self.pool.simulate(order, plan, tell)
        return {
            "worker": str(os.getpid()),
            "host": socket.gethostname(),
            "engine": None,
            "started": False,
            "message": {"type": "refused", "planId": "", "error": self.problem},
            "payloads": [],
            "detail": "",
        }

    def engines(self) -> list[str]:
        """Ask the worker which simulators it finds here."""
        with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
            answer = subprocess.run(
                [self.node[0], str(self.folder and self.folder / "worker.mjs"), "--list-engines"],
                capture_output=True,
                text=True,
                timeout=PROBE_SECONDS,
                check=True,
            )
            return [str(name) for name in json.loads(answer.stdout)]
        return []


class PlanPlugin(WorkerPlugin):  # type: ignore[misc]
    """A plan, once per worker."""

    def __init__(self, name: str, plan: bytes) -> None:
        """Keep its bytes."""
        self.name = name
        self.plan = plan


def simulate_chunk(bundle: str, plan: str, topic: str, order: Order) -> Outcome:
    """Be the task: find the plugins of these names, tell meanwhile under the topic."""
    from distributed import get_worker  # noqa: PLC0415

    worker = get_worker()

    def tell(said: dict[str, Any]) -> None:
        # Dask puts the address of its own worker under "worker"
        worker.log_event(topic, {"said": said})

    outcome: Outcome = worker.plugins[bundle].simulate(order, worker.plugins[plan].plan, tell)
    return outcome


def cancel_chunks(chunks: list[str], bundles: list[str], dask_worker: Worker) -> None:
    """End what is at these chunks on a worker."""
    for bundle in bundles:
        plugin = dask_worker.plugins.get(bundle)
        if plugin and plugin.pool:
            plugin.pool.cancel(chunks)


async def report(bundle: str, dask_worker: Worker) -> dict[str, Any] | None:
    """Say what a worker has; None when the bundle has not come there yet."""
    plugin = dask_worker.plugins.get(bundle)
    if plugin is None:
        return None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    engines = [] if plugin.problem else await asyncio.to_thread(plugin.engines)
    return {
        "worker": dask_worker.address,
        "host": socket.gethostname(),
        "slots": dask_worker.state.nthreads,
        "memory": memory,
        "node": plugin.node[1],
        "engines": engines,
        "problem": plugin.problem,
    }

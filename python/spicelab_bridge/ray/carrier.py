"""Chunks for a pool of Ray actors."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from spicelab_bridge.background import Background
from spicelab_bridge.flights import Flights, Slots, tell_opened
from spicelab_bridge.ray.cluster import Cluster
from spicelab_bridge.ray.members import Ticket
from spicelab_bridge.ray.pool import Pool

if TYPE_CHECKING:
    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.messages import Options, Submitted, Tell
    from spicelab_bridge.ray.actors import BundleBox, PlanBox

LOG = logging.getLogger(__name__)
WATCH_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
WORKERS_SECONDS = 120.0
MOST_SILENCES = 3


class RayCarrier:
    """Carries over one connection to a cluster. One that breaks is not mended: another bridge connects."""

    def __init__(self, tell: Tell) -> None:
        """Connect to nothing yet."""
        self._tell = tell
        self._background = Background()
        self._flights: Flights[Ticket] = Flights(tell, lambda _ticket: None)
        self._slots = Slots(tell)
        self._bundles: dict[str, BundleBox] = {}
        self._plans: dict[str, PlanBox] = {}
        self._options: Options = {}
        self._cluster: Cluster | None = None
        self._pool: Pool | None = None

    async def open(self, options: Options, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Connect, or start a cluster; start workers; tell what there is. Raises Problem."""
        self._options = options
        cluster = Cluster(options)
        self._cluster = cluster
        await cluster.connect()
        await self.bundle(bundle, files, packed)
        pool = Pool(cluster, self._flights, self._slots, self._background, options.get("workers"))
        self._pool = pool
        await pool.adapt()
        await pool.settle(WORKERS_SECONDS)
        hosts = await pool.reports(self._bundles[bundle])
        tell_opened(self._tell, self._slots, hosts, cluster.dashboard, cluster.versions)
        self._background.follow(self._watch(cluster, pool))

    async def bundle(self, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Put a bundle into the object store."""
        if self._cluster and bundle not in self._bundles:
            box = await self._cluster.put(packed)
            self._bundles[bundle] = {"bundle": bundle, "files": files, "packed": box}

    async def plan(self, plan_id: str, plan: bytes) -> None:
        """Put a plan into the object store."""
        if self._cluster:
            self._plans[plan_id] = {"plan_id": plan_id, "plan": await self._cluster.put(plan)}

    async def submit(self, submitted: list[Submitted]) -> None:
        """Let chunks wait for workers."""
        for each in submitted:
            if self._pool and self._pool.usable:
                ticket = Ticket(self._bundles[each["bundle"]], self._plans[each["planId"]], each["order"])
                self._pool.add(ticket)
            else:
                self._flights.refuse(each["order"]["chunk"], "the Ray cluster is gone")

    async def cancel(self, chunks: list[str]) -> None:
        """End chunks and what simulates them."""
        if self._pool:
            await self._pool.cancel(chunks)

    async def close(self) -> None:
        """End the workers; leave the cluster, or end it where it was started here."""
        self._background.end()
        if self._pool and self._pool.usable:
            with contextlib.suppress(Exception):
                await self._pool.close()
        if self._cluster:
            await self._cluster.close()

    async def _watch(self, cluster: Cluster, pool: Pool) -> None:
        silences = 0
        while silences < MOST_SILENCES:
            await asyncio.sleep(WATCH_SECONDS)
            if not await cluster.answers():
                silences += 1
                continue
            silences = 0
            try:
                await pool.adapt()
            except Exception as error:  # noqa: BLE001
                LOG.warning("the Ray cluster says nothing of its nodes: %s", error)
        pool.lose_all("unreachable", "the head of the Ray cluster is gone")
        self._slots.now(0)
        await self._await_head(cluster)

    async def _await_head(self, cluster: Cluster) -> None:
        """Have another bridge connect to a head that has come back, and give up when it stays away."""
        patience = self._options.get("patience", PATIENCE_SECONDS)
        deadline = asyncio.get_running_loop().time() + patience
        while not cluster.own and not await cluster.answers():
            if asyncio.get_running_loop().time() > deadline:
                reason = f"the head of the Ray cluster has not come back within {patience:g} s"
                self._tell({"type": "gone", "reason": reason})
                return
            await asyncio.sleep(WATCH_SECONDS)
        self._tell({"type": "stale"})

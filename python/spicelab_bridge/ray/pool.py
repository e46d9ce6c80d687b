"""A pool of our own: replaces workers that die, grows and shrinks with the cluster, parks no chunk."""

from __future__ import annotations

import asyncio
import collections
import contextlib
from typing import TYPE_CHECKING, Any

from spicelab_bridge.ray.members import Worker, no_room, places, stillborn

if TYPE_CHECKING:
    from spicelab_bridge.background import Background
    from spicelab_bridge.far.pool import Outcome
    from spicelab_bridge.flights import Flight, Flights, Slots
    from spicelab_bridge.ray.actors import BundleBox, PlanBox
    from spicelab_bridge.ray.members import Cluster, Ticket

LAST_WORDS_SECONDS = 2.0
REPORT_SECONDS = 120.0
# After the first worker, others are waited for until none has come for so long: hosts say what they have.
SETTLE_SECONDS = 15.0
UNBORN_SECONDS = 1.0
MOST_UNBORN = 3
# That a worker keeps: studies that run at the same time take turns.
MOST_PLANS = 8


class Pool:
    """Workers, as many as the cluster has room for whenever `adapt` is called, and the chunks that wait."""

    def __init__(
        self,
        cluster: Cluster,
        flights: Flights[Ticket],
        slots: Slots,
        background: Background,
        most: int | None = None,
    ) -> None:
        """Have no workers yet; `most` is how many there may be, where that is not up to the cluster."""
        self._cluster = cluster
        self._flights = flights
        self._slots = slots
        self._background = background
        self._most = most
        self._workers: list[Worker] = []
        self._waiting: collections.deque[Flight[Ticket]] = collections.deque()
        self._wanted = 0
        self._room = 0
        self._unborn = 0
        self._why = ""
        self._changed = asyncio.Event()
        self._open = True

    @property
    def usable(self) -> bool:
        """Whether chunks may still be given to it."""
        return self._open

    # -- chunks

    def add(self, ticket: Ticket) -> None:
        """Take a chunk; it waits here until a worker is free."""
        self._waiting.append(self._flights.begin(ticket.order["chunk"], ticket))
        self._dispatch()

    async def cancel(self, chunks: list[str]) -> None:
        """End chunks; what simulates them is ended too, if need be with its actor."""
        flights = self._flights.of(chunks)
        busy = [worker for worker in self._workers if worker.flight in flights]
        await asyncio.gather(*(self._interrupt(worker, chunks) for worker in busy))
        for flight in flights:
            self._flights.lose(flight, "cancelled", "")

    def lose_all(self, reason: str, detail: str) -> None:
        """End every chunk without a result, and use no worker any more: all of them are out of reach."""
        self._open = False
        self._waiting.clear()
        for flight in self._flights:
            self._flights.lose(flight, reason, detail)

    async def close(self) -> None:
        """End every worker."""
        self._open = False
        await asyncio.gather(*(self._end(worker) for worker in self._workers))

    # -- workers

    async def adapt(self) -> None:
        """Have as many workers as there is room for, one at least: its waiting lets a cluster grow."""
        nodes = await self._cluster.nodes()
        staying = {node["node"] for node in nodes if not node["draining"]}
        for worker in self._workers:
            if worker.node and worker.node not in staying:
                self._retire(worker)
        self._room = sum(places(node, self._cluster) for node in nodes if not node["draining"])
        target = max(1, min(self._room, self._most or self._room))
        using = [worker for worker in self._workers if not worker.retired]
        for worker in [worker for worker in using if not worker.node][: max(0, len(using) - target)]:
            self._retire(worker)
        if self._unborn < MOST_UNBORN:
            for _ in range(target - len(using)):
                await self._start()
        await self._hint(target)
        self._count()

    async def settle(self, seconds: float) -> None:
        """Wait for the workers that there is room for, or for one and a while. Raises Problem."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        count, since = 0, loop.time()
        while True:
            ready = len(self._ready)
            if ready and ready >= min(self._room, self._most or self._room):
                return
            if ready != count:
                count, since = ready, loop.time()
            if count and loop.time() - since > SETTLE_SECONDS:
                return
            if not count and (self._unborn >= MOST_UNBORN or loop.time() > deadline):
                raise stillborn(self._why) if self._unborn else no_room(self._cluster)
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), 0.5)

    async def reports(self, bundle: BundleBox) -> list[dict[str, Any]]:
        """Ask one worker of each node what is there; `slots` are all workers of the node."""
        by_node: dict[str, list[Worker]] = {}
        for worker in self._ready:
            by_node.setdefault(worker.node, []).append(worker)
        calls = [
            asyncio.wait_for(self._report(workers[0], bundle), REPORT_SECONDS) for workers in by_node.values()
        ]
        found = await asyncio.gather(*calls, return_exceptions=True)
        return [
            {**report, "slots": len(workers)}
            for report, workers in zip(found, by_node.values(), strict=True)
            if not isinstance(report, BaseException)
        ]

    async def _report(self, worker: Worker, bundle: BundleBox) -> dict[str, Any]:
        await self._give_bundle(worker, bundle)
        found: dict[str, Any] = await worker.remote.call("report", bundle["bundle"])
        return found

    @property
    def _ready(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.node and not worker.retired]

    async def _hint(self, target: int) -> None:
        """Tell the autoscaler what would be used if it were there."""
        wanted = self._most or max(target, len(self._flights))
        if wanted > self._wanted:
            self._wanted = wanted
            await self._cluster.want(wanted)

    async def _start(self) -> None:
        worker = Worker(await self._cluster.start_worker())
        self._workers.append(worker)
        self._background.follow(self._live(worker))

    async def _live(self, worker: Worker) -> None:
        """Follow an actor from its start to its death."""
        try:
            place = await worker.remote.call("place")
            worker.node = place["node"]
            self._unborn = 0
            self._count()
            self._dispatch()
            while True:
                for said in await worker.remote.call("listen"):
                    self._flights.heard(said, worker.node)
        except Exception as error:  # noqa: BLE001
            if not worker.node and not worker.retired:
                self._unborn += 1
                self._why = self._cluster.loss(error)[1]
            await self._bury(worker)

    async def _bury(self, worker: Worker) -> None:
        """Forget an actor that is dead, or that shall be, and have another one in its place."""
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        worker.retired = True
        await worker.remote.kill()
        self._count()
        if self._open:
            if self._unborn:
                await asyncio.sleep(UNBORN_SECONDS)
            with contextlib.suppress(Exception):
                await self.adapt()

    def _retire(self, worker: Worker) -> None:
        """Give an actor no more chunks; it ends when it has none."""
        if worker.retired:
            return
        worker.retired = True
        if worker.flight is None:
            self._background.follow(self._end(worker))

    async def _end(self, worker: Worker) -> None:
        """Let an actor end its process, then itself."""
        if worker in self._workers:
            self._workers.remove(worker)
        worker.retired = True
        if worker.node:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(worker.remote.call("close"), LAST_WORDS_SECONDS)
        await worker.remote.kill()

    async def _interrupt(self, worker: Worker, chunks: list[str]) -> None:
        """End what an actor simulates; the actor itself where it does not answer."""
        try:
            await asyncio.wait_for(worker.remote.call("cancel", chunks), LAST_WORDS_SECONDS)
        except Exception:  # noqa: BLE001
            await self._bury(worker)

    # -- from chunks to workers

    def _dispatch(self) -> None:
        while self._open and self._waiting:
            idle = [worker for worker in self._workers if worker.idle]
            if not idle:
                return
            flight = self._waiting.popleft()
            if not self._flights.flies(flight):
                continue
            key = flight.handle.order["load_key"]
            worker = next((worker for worker in idle if worker.load_key == key), idle[0])
            worker.flight = flight
            worker.load_key = key
            self._background.follow(self._fly(worker, flight))

    async def _fly(self, worker: Worker, flight: Flight[Ticket]) -> None:
        bundle, plan, order = flight.handle.bundle, flight.handle.plan, flight.handle.order
        outcome: Outcome | None = None
        try:
            # once: references to the object store in each call would cost more than a short chunk
            await self._give_bundle(worker, bundle)
            await self._give_plan(worker, plan)
            if self._flights.flies(flight):
                outcome = await worker.remote.call("simulate", bundle["bundle"], plan["plan_id"], order)
        except Exception as error:  # noqa: BLE001
            self._flights.lose(flight, *self._cluster.loss(error))
            worker.flight = None
            await self._bury(worker)
            return
        if outcome:
            self._flights.landed(flight, outcome)
        worker.flight = None
        if worker.retired:
            await self._end(worker)
        self._dispatch()

    async def _give_bundle(self, worker: Worker, box: BundleBox) -> None:
        if box["bundle"] not in worker.bundles:
            await worker.remote.call("keep_bundle", box)
            worker.bundles.add(box["bundle"])

    async def _give_plan(self, worker: Worker, box: PlanBox) -> None:
        if box["plan_id"] not in worker.plans:
            kept = [*worker.plans, box["plan_id"]]
            await worker.remote.call("keep_plan", box, kept[:-MOST_PLANS])
            worker.plans = kept[-MOST_PLANS:]

    def _count(self) -> None:
        self._changed.set()
        if self._slots.count >= 0:
            self._slots.now(len(self._ready))

"""The pool of Ray workers, over a cluster that obeys: no Ray is needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from spicelab_bridge.background import Background
from spicelab_bridge.flights import Flights, Slots
from spicelab_bridge.problem import Problem
from spicelab_bridge.ray.members import Ticket, places
from spicelab_bridge.ray.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from spicelab_bridge.ray.actors import BundleBox, Node, PlanBox

BUNDLE: BundleBox = {"bundle": "b", "files": [], "packed": []}


class FakeWorker:
    """Answers when it has a node; simulates when it is told to."""

    def __init__(self) -> None:
        self.placed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.chunks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.kept: list[str] = []
        self.plan_comes = asyncio.Event()
        self.plan_comes.set()
        self.dead: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def call(self, method: str, *arguments: Any) -> Any:
        call = asyncio.ensure_future(self._answer(method, *arguments))
        await asyncio.wait({call, self.dead}, return_when=asyncio.FIRST_COMPLETED)
        if not call.done():
            raise ConnectionError("the actor is dead")
        return call.result()

    async def kill(self) -> None:
        if not self.dead.done():
            self.dead.set_result(None)

    def finish(self, chunk: str) -> None:
        message = {"type": "part", "chunk": chunk}
        facts = {"worker": "w", "host": "h", "engine": None, "started": True, "detail": ""}
        self.chunks[chunk].set_result({**facts, "message": message, "payloads": []})

    async def _answer(self, method: str, *arguments: Any) -> Any:
        if method == "place":
            return {"actor": "a", "node": await self.placed, "pid": 1}
        if method == "listen":
            return await asyncio.get_running_loop().create_future()
        if method == "keep_bundle":
            self.kept.append(arguments[0]["bundle"])
        if method == "keep_plan":
            await self.plan_comes.wait()
            self.kept.append(arguments[0]["plan_id"])
            self.kept = [kept for kept in self.kept if kept not in arguments[1]]
        if method == "simulate":
            chunk = arguments[2]["chunk"]
            self.chunks[chunk] = asyncio.get_running_loop().create_future()
            return await self.chunks[chunk]
        if method == "report":
            return {"host": await self.placed, "slots": 1}
        return None


class FakeCluster:
    """Nodes as the test says; workers are placed when it says so."""

    def __init__(self) -> None:
        self.cpus = 1.0
        self.memory = 0.0
        self.found: list[Node] = [node("n", 2)]
        self.workers: list[FakeWorker] = []
        self.wanted: list[int] = []

    async def start_worker(self) -> FakeWorker:
        self.workers.append(FakeWorker())
        return self.workers[-1]

    async def nodes(self) -> list[Node]:
        return self.found

    async def want(self, workers: int) -> None:
        self.wanted.append(workers)

    def loss(self, error: BaseException) -> tuple[str, str]:
        return "crash", str(error)


class Bench:
    """A pool over that cluster, and what it tells."""

    def __init__(self, most: int | None = None) -> None:
        self.cluster = FakeCluster()
        self.told: list[dict[str, Any]] = []

        def tell(header: dict[str, Any], _payloads: list[bytes] | None = None) -> None:
            self.told.append(header)

        flights: Flights[Ticket] = Flights(tell, lambda _ticket: None)
        self.slots = Slots(tell)
        self.pool = Pool(self.cluster, flights, self.slots, Background(), most)

    def add(self, *chunks: str, plan: str = "p") -> None:
        box: PlanBox = {"plan_id": plan, "plan": []}
        for chunk in chunks:
            self.pool.add(Ticket(BUNDLE, box, {"chunk": chunk, "load_key": "k", "load": {}, "run": {}}))

    async def place(self, *workers: int, on: str = "n") -> None:
        for worker in workers:
            self.cluster.workers[worker].placed.set_result(on)
        await settle()

    def chunks(self) -> list[list[str]]:
        return [list(worker.chunks) for worker in self.cluster.workers]

    def ends(self) -> list[tuple[str, str]]:
        return [
            (header["chunk"], header["message"]["type"] if header["type"] == "said" else header["reason"])
            for header in self.told
            if header["type"] in ("said", "lost") and header.get("message", {}).get("type") != "started"
        ]


def node(name: str, cpus: float, *, draining: bool = False) -> Node:
    return {"node": name, "cpus": cpus, "memory": 0.0, "draining": draining}


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def on_bench(most: int | None = None) -> Callable[[Callable[[Bench], Coroutine[Any, Any, None]]], Any]:
    def decorate(test: Callable[[Bench], Coroutine[Any, Any, None]]) -> Any:
        def run() -> None:
            async def main() -> None:
                bench = Bench(most)
                await bench.pool.adapt()
                await settle()
                await test(bench)

            asyncio.run(main())

        run.__name__ = test.__name__
        return run

    return decorate


@on_bench()
async def test_a_worker_gets_no_chunk_before_it_has_answered(bench: Bench) -> None:
    bench.add("1", "2", "3")
    await settle()
    assert bench.chunks() == [[], []]
    await bench.place(1)
    assert bench.chunks() == [[], ["1"]]


@on_bench()
async def test_a_free_worker_takes_what_waits(bench: Bench) -> None:
    await bench.place(0)
    bench.add("1", "2")
    await settle()
    bench.cluster.workers[0].finish("1")
    await settle()
    assert bench.chunks() == [["1", "2"], []]
    assert bench.ends() == [("1", "part")]


@on_bench(most=1)
async def test_a_worker_keeps_the_bundle_and_the_latest_plans(bench: Bench) -> None:
    await bench.place(0)
    worker = bench.cluster.workers[0]
    for i in range(10):
        bench.add(f"{i}a", f"{i}b", plan=f"plan {i}")
        for chunk in (f"{i}a", f"{i}b"):
            await settle()
            worker.finish(chunk)
    await settle()
    assert len(bench.ends()) == 20
    assert worker.kept == ["b", *(f"plan {i}" for i in range(2, 10))]


@on_bench()
async def test_a_chunk_that_is_cancelled_before_its_plan_has_come_is_not_simulated(bench: Bench) -> None:
    await bench.place(0)
    worker = bench.cluster.workers[0]
    worker.plan_comes.clear()
    bench.add("1", "2")
    await settle()
    await bench.pool.cancel(["1"])
    worker.plan_comes.set()
    await settle()
    assert bench.chunks()[0] == ["2"]
    assert bench.ends() == [("1", "cancelled")]


@on_bench()
async def test_a_worker_that_dies_loses_its_chunk_and_is_replaced(bench: Bench) -> None:
    await bench.place(0, 1)
    bench.add("1", "2")
    await settle()
    await bench.cluster.workers[0].kill()
    await settle()
    assert bench.ends() == [("1", "crash")]
    assert len(bench.cluster.workers) == 3
    await bench.place(2)
    bench.add("1")
    await settle()
    assert bench.chunks()[2] == ["1"]


@on_bench()
async def test_workers_grow_with_the_nodes(bench: Bench) -> None:
    await bench.place(0, 1)
    bench.slots.count = 2
    bench.cluster.found.append(node("m", 3))
    await bench.pool.adapt()
    assert len(bench.cluster.workers) == 5
    await bench.place(2, 3, 4, on="m")
    assert bench.told[-1] == {"type": "slots", "count": 5}


@on_bench(most=1)
async def test_there_are_no_more_workers_than_are_wanted(bench: Bench) -> None:
    assert len(bench.cluster.workers) == 1
    assert bench.cluster.wanted == [1]


@on_bench()
async def test_the_autoscaler_hears_of_what_waits_and_not_of_less(bench: Bench) -> None:
    bench.add("1", "2", "3")
    await bench.pool.adapt()
    await bench.pool.cancel(["1", "2"])
    await bench.pool.adapt()
    assert bench.cluster.wanted == [2, 3]


@on_bench()
async def test_a_worker_on_a_draining_node_ends_its_chunk_and_takes_no_other(bench: Bench) -> None:
    await bench.place(0)
    await bench.place(1, on="m")
    bench.add("1", "2", "3")
    await settle()
    bench.cluster.found = [node("n", 2, draining=True), node("m", 1)]
    await bench.pool.adapt()
    bench.cluster.workers[0].finish("1")
    await settle()
    assert bench.ends() == [("1", "part")]
    assert bench.cluster.workers[0].dead.done()
    assert bench.chunks()[:2] == [["1"], ["2"]]


@on_bench()
async def test_cancelled_chunks_end_once_wherever_they_are(bench: Bench) -> None:
    await bench.place(0)
    bench.add("1", "2")
    await settle()
    await bench.pool.cancel(["1", "2"])
    bench.cluster.workers[0].finish("1")
    await settle()
    assert sorted(bench.ends()) == [("1", "cancelled"), ("2", "cancelled")]


@on_bench()
async def test_a_cluster_without_room_is_told_with_what_a_worker_takes(bench: Bench) -> None:
    with pytest.raises(Problem, match="no room for a worker, which takes 1 CPU"):
        await bench.pool.settle(0.0)


@on_bench()
async def test_one_worker_of_each_node_reports(bench: Bench) -> None:
    await bench.place(0, 1)
    assert await bench.pool.reports(BUNDLE) == [{"host": "n", "slots": 2}]


@on_bench()
async def test_nothing_is_taken_when_the_cluster_is_lost(bench: Bench) -> None:
    await bench.place(0)
    bench.add("1", "2")
    await settle()
    bench.pool.lose_all("unreachable", "gone")
    assert bench.ends() == [("1", "unreachable"), ("2", "unreachable")]
    assert not bench.pool.usable


def test_places_are_limited_by_cpus_and_by_memory() -> None:
    async def main() -> tuple[int, int]:
        cluster = FakeCluster()
        here: Node = {"node": "n", "cpus": 3.9, "memory": 4e9, "draining": False}
        by_cpu = places(here, cluster)
        cluster.memory = 2e9
        return by_cpu, places(here, cluster)

    assert asyncio.run(main()) == (3, 2)

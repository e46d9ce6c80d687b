"""The worker processes of one worker of the cluster: one for each chunk at hand, kept for the next."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any, TypedDict

from spicelab_bridge.far.worker_process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spicelab_bridge.frames import Frame

MOST_TOMBSTONES = 10_000


class Order(TypedDict):
    """A chunk to simulate. `load` and `run` are for the worker process and opaque here."""

    chunk: str
    load_key: str
    load: dict[str, Any]
    run: dict[str, Any]


class Outcome(TypedDict):
    """How a chunk ended. `message` is the worker's last word of it; None when the worker died."""

    worker: str
    host: str
    engine: dict[str, Any] | None
    started: bool
    message: dict[str, Any] | None
    payloads: list[bytes]
    detail: str


class Pool:
    """Called from the threads of tasks; `cancel` and `close` from any other."""

    def __init__(self, name: str, node: str, bundle: Path) -> None:
        """Remember what worker processes are started with; `name` is what the cluster calls this worker."""
        self._name = name
        self._node = node
        self._bundle = bundle
        self._host = socket.gethostname()
        self._idle: list[WorkerProcess] = []
        self._busy: dict[str, WorkerProcess] = {}
        self._cancelled: dict[str, None] = {}
        self._closed = False
        self._lock = threading.Lock()

    def simulate(self, order: Order, plan: bytes, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Simulate a chunk; `tell` hears of it meanwhile. A worker that has said goodbye is replaced."""
        while True:
            process = self._take(order)
            if process is None:
                return self._outcome(None, detail="cancelled")
            try:
                outcome = self._attempt(process, order, plan, tell)
            except BaseException:
                self._leave(order)
                process.close()
                raise
            self._leave(order)
            if outcome and outcome["message"]:
                self._keep(process)
                return outcome
            how = process.end()
            if outcome:
                outcome["detail"] = f"worker {outcome['worker']} {how}"
                return outcome

    def cancel(self, chunks: list[str]) -> None:
        """End what is at these chunks, also what will be."""
        with self._lock:
            for chunk in chunks:
                self._cancelled[chunk] = None
                if chunk in self._busy:
                    self._busy[chunk].kill()
            for old in list(self._cancelled)[:-MOST_TOMBSTONES]:
                del self._cancelled[old]

    def close(self) -> None:
        """End every worker process, and wait until they are gone."""
        with self._lock:
            self._closed = True
            processes = [*self._busy.values(), *self._idle]
            self._idle.clear()
            for process in processes:
                process.kill()
        for process in processes:
            process.wait()

    def _take(self, order: Order) -> WorkerProcess | None:
        with self._lock:
            if self._closed or order["chunk"] in self._cancelled:
                return None
            living = [process for process in self._idle if process.living]
            same = [process for process in living if process.load_key == order["load_key"]]
            kept = same or living
            process = kept[-1] if kept else WorkerProcess(self._node, self._bundle)
            if kept:
                self._idle.remove(process)
            self._busy[order["chunk"]] = process
            return process

    def _leave(self, order: Order) -> None:
        with self._lock:
            self._busy.pop(order["chunk"], None)

    def _keep(self, process: WorkerProcess) -> None:
        with self._lock:
            if self._closed:
                process.kill()
            elif process.living:
                self._idle.append(process)

    def _attempt(
        self, process: WorkerProcess, order: Order, plan: bytes, tell: Callable[[dict[str, Any]], None]
    ) -> Outcome | None:
        """Answer None when the process said goodbye before it began."""
        if process.load_key != order["load_key"]:
            process.send(order["load"], [plan])
            frame = self._await(process, ("loaded", "refused"))
            if frame is None:
                return self._outcome(process)
            if frame.header["type"] == "refused":
                return self._outcome(process, frame=frame)
            process.load_key = order["load_key"]
            process.engine = frame.header["engine"]
        process.send(order["run"])
        started = False
        while frame := process.receive():
            kind = frame.header["type"]
            if kind == "bye" and not started:
                return None
            if kind == "started":
                started = True
            if kind in ("started", "progress"):
                tell({**self._facts(process), "chunk": order["chunk"], "message": frame.header})
            if kind in ("part", "failed"):
                return self._outcome(process, started=started, frame=frame)
        return self._outcome(process, started=started)

    def _await(self, process: WorkerProcess, kinds: tuple[str, ...]) -> Frame | None:
        while frame := process.receive():
            if frame.header["type"] in kinds:
                return frame
        return None

    def _facts(self, process: WorkerProcess | None) -> dict[str, Any]:
        return {
            "worker": f"{self._name}/{process.pid if process else os.getpid()}",
            "host": self._host,
            "engine": process.engine if process else None,
        }

    def _outcome(
        self,
        process: WorkerProcess | None,
        *,
        started: bool = False,
        frame: Frame | None = None,
        detail: str = "",
    ) -> Outcome:
        facts = self._facts(process)
        return {
            "worker": facts["worker"],
            "host": facts["host"],
            "engine": facts["engine"],
            "started": started,
            "message": frame.header if frame else None,
            "payloads": frame.payloads if frame else [],
            "detail": detail,
        }

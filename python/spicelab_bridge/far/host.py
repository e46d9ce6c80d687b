"""A member of the cluster with the files of a bundle: what it has, and the worker processes that it runs."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
from typing import TYPE_CHECKING, Any

from spicelab_bridge.far.bundle import unpack_bundle
from spicelab_bridge.far.node import find_node
from spicelab_bridge.far.pool import Pool
from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spicelab_bridge.far.bundle import BundledFile
    from spicelab_bridge.far.pool import Order, Outcome

PROBE_SECONDS = 60


class Host:
    """What is missing is kept as a problem, to be told by `report` and by the first chunk."""

    def __init__(self, name: str, bundle: str, files: list[BundledFile], packed: bytes) -> None:
        """Unpack a bundle; `name` is what the cluster calls this member."""
        self._name = name
        self._node = ("", "")
        self._folder: Path | None = None
        self._pool: Pool | None = None
        self._problem: dict[str, str] | None = None
        try:
            self._node = find_node()
            self._folder = unpack_bundle(bundle, files, packed)
            self._pool = Pool(name, self._node[0], self._folder)
        except Problem as problem:
            self._problem = problem.to_json()
        except OSError as error:
            what = f"the host {socket.gethostname()} cannot keep the worker's files: {error}"
            self._problem = Problem(what, "Make room in its temporary folder, or set TMPDIR there.").to_json()

    def simulate(self, order: Order, plan: bytes, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Simulate a chunk in a worker process; blocks its caller."""
        if self._pool:
            return self._pool.simulate(order, plan, tell)
        return {
            "worker": str(os.getpid()),
            "host": socket.gethostname(),
            "engine": None,
            "started": False,
            "message": {"type": "refused", "planId": "", "error": self._problem},
            "payloads": [],
            "detail": "",
        }

    def cancel(self, chunks: list[str]) -> None:
        """End what is at these chunks, also what will be."""
        if self._pool:
            self._pool.cancel(chunks)

    def close(self) -> None:
        """End every worker process."""
        if self._pool:
            self._pool.close()

    def report(self, slots: int) -> dict[str, Any]:
        """Say what there is, for so many chunks at a time. Slow: asks the worker for its simulators."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
        return {
            "worker": self._name,
            "host": socket.gethostname(),
            "slots": slots,
            "memory": memory,
            "node": self._node[1],
            "engines": [] if self._problem else self._engines(),
            "problem": self._problem,
        }

    def _engines(self) -> list[str]:
        with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
            answer = subprocess.run(
                [self._node[0], str(self._folder and self._folder / "worker.mjs"), "--list-engines"],
                capture_output=True,
                text=True,
                timeout=PROBE_SECONDS,
                check=True,
            )
            return [str(name) for name in json.loads(answer.stdout)]
        return []

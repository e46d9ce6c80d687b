"""One task of a job that a Ray cluster goes on with by itself: a process that simulates one chunk."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any, TypedDict

from spicelab_bridge.far.node import find_node
from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

# src/protocol/batch-job.ts has these: with them, another attempt would do no better.
DONE, REFUSED, ENDED = 0, 42, 43
PRINTED_LINES = 12
DIE_WITH_PARENT = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Order(TypedDict):
    """What the job is; src/backends/ray/jobs/platform.ts writes it."""

    store: str
    job: str
    tasks: int
    most: int | None
    cpus: float
    memory: int | None


def simulate(order: Order, index: int) -> Iterator[dict[str, Any]]:
    """Be one task: give where it runs, and at last how it ended."""
    try:
        node, _ = find_node()
    except Problem as problem:
        yield {"state": "ended", "code": REFUSED, "detail": f"{problem}. {problem.remedy}"}
        return
    child = subprocess.Popen(
        [node, "cli.mjs", "worker", "--store", order["store"], "--job", order["job"]],
        env={**os.environ, "SPICELAB_INDEX": str(index)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_leave_with_parent,  # noqa: PLW1509 (one system call, no locks)
    )
    host = socket.gethostname()
    yield {"state": "running", "worker": f"{host}-{child.pid}", "host": host}
    printed, _ = child.communicate()
    last = printed.decode(errors="replace").splitlines()[-PRINTED_LINES:]
    yield {"state": "ended", "code": child.returncode, "detail": "\n".join(last)}


def _leave_with_parent() -> None:
    """Hand the chunk back when Ray's worker is gone, however it went."""
    if LIBC:
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGTERM)

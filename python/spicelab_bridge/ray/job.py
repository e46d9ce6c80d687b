"""A job that a Ray cluster goes on with by itself: a Ray task for each chunk. Started by job submission."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import ray
from ray import exceptions

# by its name on the workers: what is in the main module would travel as a pickle, with all that it refers to
from spicelab_bridge.ray.task import DONE, ENDED, REFUSED, simulate

if TYPE_CHECKING:
    from spicelab_bridge.ray.task import Order

ORDER = "SPICELAB_RAY_JOB"
MOST_ATTEMPTS = 5
MOST_WAIT_SECONDS = 30


async def run(order: Order) -> None:
    """Have every chunk simulated, or given up."""
    ray.init(log_to_driver=False, logging_level="WARNING")
    task = ray.remote(
        num_cpus=order["cpus"],
        memory=order["memory"],
        # attempts are counted here, also those that a lost node took
        max_retries=0,
        num_returns="streaming",
    )(simulate)
    room = asyncio.Semaphore(order["most"] or order["tasks"])
    await asyncio.gather(*(_attend(task, order, index, room) for index in range(order["tasks"])))


async def _attend(task: Any, order: Order, index: int, room: asyncio.Semaphore) -> None:
    async with room:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            ended = await _attempt(task, order, index)
            if ended["code"] in (DONE, REFUSED, ENDED):
                break
            if attempt < MOST_ATTEMPTS:
                await asyncio.sleep(min(2**attempt, MOST_WAIT_SECONDS))
        _tell(index, ended)


async def _attempt(task: Any, order: Order, index: int) -> dict[str, Any]:
    ended: dict[str, Any] = {"state": "ended", "code": None, "detail": "it ended without a word"}
    try:
        async for reference in task.remote(order, index):
            said = await reference
            if said["state"] == "running":
                _tell(index, said)
            else:
                ended = said
    except exceptions.RayError as error:
        ended["detail"] = f"{type(error).__name__}: {error}".strip()
    return ended


def _tell(index: int, said: dict[str, Any]) -> None:
    # whoever watches reads it in the job's log
    sys.stdout.write(json.dumps({"spicelab": index, **said}, separators=(",", ":")) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(json.loads(os.environ[ORDER])))

"""Work that goes on beside the orders."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Background:
    """Keeps tasks from being forgotten, and ends them together."""

    def __init__(self) -> None:
        """Have nothing to do yet."""
        self._tasks: set[asyncio.Task[Any]] = set()

    def follow(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something until it is done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def end(self) -> None:
        """Do nothing more."""
        for task in self._tasks:
            task.cancel()

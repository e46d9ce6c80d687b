"""The connection to the TypeScript side."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from spicelab_bridge.stdio import Frames, Reader


def test_what_takes_long_is_left_when_the_other_side_is_gone() -> None:
    async def run() -> list[str]:
        reader = Reader()
        frames = Frames(reader, cast("asyncio.StreamWriter", None))
        told: list[str] = []

        async def start() -> None:
            told.append("begun")
            try:
                await asyncio.Event().wait()
            finally:
                told.append("left")

        asyncio.get_running_loop().call_soon(reader.feed_eof)
        await frames.unless_gone(start())
        return [*told, str(await frames.receive())]

    assert asyncio.run(run()) == ["begun", "left", "None"]


def test_what_fails_meanwhile_is_told() -> None:
    async def run() -> None:
        async def start() -> None:
            raise ValueError("no cluster")

        await Frames(Reader(), cast("asyncio.StreamWriter", None)).unless_gone(start())

    with pytest.raises(ValueError, match="no cluster"):
        asyncio.run(run())

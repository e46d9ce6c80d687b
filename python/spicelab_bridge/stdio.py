"""Frames on standard input and output, kept apart from whatever anyone prints."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

from spicelab_bridge.frames import Frame, encode_frame, receive_frame

if TYPE_CHECKING:
    from collections.abc import Coroutine

MOST_BUFFERED = 2**26
LEAVE_SECONDS = 5.0


class Reader(asyncio.StreamReader):
    """A stream that tells of its end before all of it was read."""

    def __init__(self) -> None:
        """Hold what has not been read yet."""
        super().__init__(limit=MOST_BUFFERED)
        self.ended = asyncio.Event()

    def feed_eof(self) -> None:
        """Take note of the end."""
        self.ended.set()
        super().feed_eof()


class Frames:
    """The connection to the TypeScript side."""

    def __init__(self, reader: Reader, writer: asyncio.StreamWriter) -> None:
        """Take both directions."""
        self._reader = reader
        self._writer = writer

    def tell(self, header: dict[str, Any], payloads: list[bytes] | None = None) -> None:
        """Send a message."""
        if not self._writer.is_closing():
            self._writer.write(encode_frame(header, payloads or ()))

    async def receive(self) -> Frame | None:
        """Wait for the next message; None when the other side is gone."""
        try:
            return await receive_frame(self._reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def unless_gone(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes long, and leave it when nobody is there any more who waits for it."""
        tasks = [asyncio.ensure_future(work), asyncio.ensure_future(self._reader.ended.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done():
                await tasks[0]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=LEAVE_SECONDS)

    async def close(self) -> None:
        """Send what has not left yet."""
        self._writer.close()
        await self._writer.wait_closed()


def take_stdout() -> int:
    """Give a descriptor of what standard output was; what is printed later goes to standard error."""
    sys.stdout.flush()
    frames = os.dup(1)
    os.dup2(2, 1)
    return frames


async def open_frames(output: int) -> Frames:
    """Speak on standard input and the given descriptor."""
    loop = asyncio.get_running_loop()
    reader = Reader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop), os.fdopen(output, "wb", buffering=0)
    )
    return Frames(reader, asyncio.StreamWriter(transport, protocol, None, loop))

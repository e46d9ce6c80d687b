"""Frames on standard input and output, kept apart from whatever anyone prints."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from spicelab_bridge.frames import Frame, encode_frame, receive_frame

MOST_BUFFERED = 2**26


class Frames:
    """The connection to the TypeScript side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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
    reader = asyncio.StreamReader(limit=MOST_BUFFERED)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop), os.fdopen(output, "wb", buffering=0)
    )
    return Frames(reader, asyncio.StreamWriter(transport, protocol, None, loop))

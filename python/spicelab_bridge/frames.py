"""Frames of the worker protocol, as src/protocol/frames.ts has them.

All integers are unsigned, 32 bits, little-endian:
magic "SPL1" | header length h | payload count n | n payload lengths | h bytes of JSON (UTF-8) | payloads
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAGIC = b"SPL1"
MOST_HEADER_BYTES = 16 * 2**20
MOST_PAYLOADS = 16
MOST_PAYLOAD_BYTES = 2**30


class Frame(NamedTuple):
    """One message: a JSON header, and binary payloads beside it."""

    header: dict[str, Any]
    payloads: list[bytes]


class FrameError(ValueError):
    """Bytes that begin no frame, or a frame over a limit."""


class AsyncReader(Protocol):
    """What `asyncio.StreamReader` has."""

    async def readexactly(self, n: int, /) -> bytes:
        """Exactly so many bytes."""


def encode_frame(header: dict[str, Any], payloads: Sequence[bytes] = ()) -> bytes:
    """Give the bytes of a frame."""
    text = json.dumps(header, separators=(",", ":")).encode()
    lengths = [len(payload) for payload in payloads]
    _check(len(text), lengths)
    head = struct.pack(f"<4sII{len(lengths)}I", MAGIC, len(text), len(lengths), *lengths)
    return b"".join([head, text, *payloads])


def read_frame(read: Callable[[int], bytes]) -> Frame | None:
    """Read the next frame by a function that gives exactly n bytes or, at the end, fewer; None at the end."""
    prelude = read(12)
    if len(prelude) < 12:  # noqa: PLR2004
        return None
    header_bytes, count = _prelude(prelude)
    table = read(4 * count)
    if len(table) < 4 * count:
        return None
    lengths = _lengths(table, header_bytes)
    pieces = [read(length) for length in (header_bytes, *lengths)]
    if [len(piece) for piece in pieces] != [header_bytes, *lengths]:
        return None
    return Frame(_header(pieces[0]), pieces[1:])


async def receive_frame(reader: AsyncReader) -> Frame:
    """Read the next frame of a stream. Raises asyncio.IncompleteReadError at the end."""
    header_bytes, count = _prelude(await reader.readexactly(12))
    lengths = _lengths(await reader.readexactly(4 * count), header_bytes)
    header = await reader.readexactly(header_bytes)
    return Frame(_header(header), [await reader.readexactly(length) for length in lengths])


def _prelude(prelude: bytes) -> tuple[int, int]:
    magic, header_bytes, count = struct.unpack("<4sII", prelude)
    if magic != MAGIC:
        raise FrameError(f"the bytes {prelude!r} begin no frame")
    _check(header_bytes, [0] * min(count, MOST_PAYLOADS + 1))
    return header_bytes, count


def _lengths(table: bytes, header_bytes: int) -> list[int]:
    lengths = list(struct.unpack(f"<{len(table) // 4}I", table))
    _check(header_bytes, lengths)
    return lengths


def _header(text: bytes) -> dict[str, Any]:
    header = json.loads(text)
    if not isinstance(header, dict):
        raise FrameError("the header of a frame is no object")
    return header


def _check(header_bytes: int, lengths: list[int]) -> None:
    if header_bytes > MOST_HEADER_BYTES:
        raise FrameError(f"a frame with a header of {header_bytes} bytes")
    if len(lengths) > MOST_PAYLOADS:
        raise FrameError(f"a frame with {len(lengths)} payloads")
    if any(length > MOST_PAYLOAD_BYTES for length in lengths):
        raise FrameError(f"a frame with a payload of {max(lengths)} bytes")

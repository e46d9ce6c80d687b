"""Frames on a byte stream."""

from __future__ import annotations

import asyncio
import io

import pytest

from spicelab_bridge.frames import FrameError, encode_frame, read_frame, receive_frame

# What src/protocol/frames.ts writes for {"type":"run"} with the payload 01 02.
KNOWN = b'SPL1\x0e\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00{"type":"run"}\x01\x02'


def test_bytes_are_those_of_the_typescript_side() -> None:
    assert encode_frame({"type": "run"}, [b"\x01\x02"]) == KNOWN


def test_a_frame_comes_back_as_it_was_written() -> None:
    stream = io.BytesIO(encode_frame({"a": 1}, [b"", b"xyz"]) + KNOWN)
    assert read_frame(stream.read) == ({"a": 1}, [b"", b"xyz"])
    assert read_frame(stream.read) == ({"type": "run"}, [b"\x01\x02"])
    assert read_frame(stream.read) is None


@pytest.mark.parametrize("length", range(1, len(KNOWN)))
def test_a_stream_that_breaks_off_has_ended(length: int) -> None:
    assert read_frame(io.BytesIO(KNOWN[:length]).read) is None


def test_garbage_and_endless_frames_are_refused() -> None:
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(b"hello, world").read)
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(b"SPL1\xff\xff\xff\x7f\x00\x00\x00\x00").read)


def test_a_stream_of_asyncio_is_read_likewise() -> None:
    async def receive() -> object:
        reader = asyncio.StreamReader()
        reader.feed_data(KNOWN)
        return await receive_frame(reader)

    assert asyncio.run(receive()) == ({"type": "run"}, [b"\x01\x02"])

"""A worker process of SpiceLab, driven by the fewest lines of Python: for the plain clients that are compared with."""

import json
import os
import struct
import subprocess


class PlainWorker:
    """Starts the worker, loads the plan, and runs chunks one after the other."""

    def __init__(self, order: dict) -> None:
        reading, writing = os.pipe()
        self.child = subprocess.Popen(
            [order["node"], order["worker"], f"--frames-fd={writing}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[writing],
        )
        os.close(writing)
        self.frames = os.fdopen(reading, "rb")
        with open(order["plan"], "rb") as file:
            self.send(order["load"], file.read())
        self.until("loaded")

    def run(self, chunk: str, start: int) -> bytes:
        """Simulate one sample; gives its part."""
        self.send({"type": "run", "chunk": {"id": chunk, "start": start, "end": start + 1}})
        return self.until("part")[0]

    def send(self, header: dict, *payloads: bytes) -> None:
        text = json.dumps(header).encode()
        lengths = [len(payload) for payload in payloads]
        head = struct.pack(f"<4sII{len(lengths)}I", b"SPL1", len(text), len(lengths), *lengths)
        self.child.stdin.write(b"".join([head, text, *payloads]))
        self.child.stdin.flush()

    def until(self, kind: str) -> list[bytes]:
        while True:
            header_bytes, count = struct.unpack("<4xII", self.frames.read(12))
            lengths = struct.unpack(f"<{count}I", self.frames.read(4 * count))
            header = json.loads(self.frames.read(header_bytes))
            payloads = [self.frames.read(length) for length in lengths]
            if header["type"] == kind:
                return payloads
            if header["type"] in ("refused", "failed"):
                raise RuntimeError(header)

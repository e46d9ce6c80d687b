"""What runs on worker hosts: the bundle, and the pool of worker processes over a worker that obeys."""

from __future__ import annotations

import gzip
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spicelab_bridge.far import bundle
from spicelab_bridge.far.pool import Order, Pool

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(bundle.__file__).parents[2]
# Stands in for Node and worker.mjs: simulates at once, dies of chunk "crash", hangs on chunk "hang".
WORKER = f"""#!{sys.executable}
import os, sys, time
sys.path.insert(0, {str(PACKAGE)!r})
from spicelab_bridge.frames import encode_frame, read_frame
out = int(next(word for word in sys.argv if word.startswith("--frames-fd="))[12:])
def tell(**header):
    os.write(out, encode_frame(header, [b"part"] if header["type"] == "part" else []))
print("noise", flush=True)
while frame := read_frame(sys.stdin.buffer.read):
    header = frame.header
    if header["type"] == "load":
        tell(type="loaded", engine={{"name": frame.payloads[0].decode(), "version": "1"}})
    if header["type"] == "run":
        chunk = header["chunk"]
        tell(type="started", chunk=chunk)
        if chunk == "crash":
            os._exit(3)
        if chunk == "hang":
            time.sleep(600)
        tell(type="part", chunk=chunk)
"""


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    node = tmp_path / "node"
    node.write_text(WORKER)
    node.chmod(0o700)
    found = Pool("here", str(node), tmp_path)
    yield found
    found.close()


def order(chunk: str, load_key: str = "plan") -> Order:
    return {
        "chunk": chunk,
        "load_key": load_key,
        "load": {"type": "load"},
        "run": {"type": "run", "chunk": chunk},
    }


def ignore(_: dict[str, Any]) -> None:
    """Hear nothing."""


def test_a_worker_process_is_kept_for_the_next_chunk(pool: Pool) -> None:
    said: list[dict[str, Any]] = []
    one = pool.simulate(order("a"), b"engine", said.append)
    two = pool.simulate(order("b"), b"engine", said.append)
    assert one["worker"] == two["worker"]
    assert one["engine"] == {"name": "engine", "version": "1"}
    assert two["payloads"] == [b"part"]
    assert [each["message"]["type"] for each in said] == ["started", "started"]


def test_one_that_dies_is_told_with_its_last_words_and_replaced(pool: Pool) -> None:
    outcome = pool.simulate(order("crash"), b"", ignore)
    assert outcome["message"] is None
    assert outcome["started"]
    assert "exit code 3" in outcome["detail"] or "SIGKILL" in outcome["detail"]
    assert "noise" in outcome["detail"]
    assert pool.simulate(order("a"), b"", ignore)["message"] is not None


def test_cancel_ends_what_runs_and_what_has_not_come_yet(pool: Pool) -> None:
    started = threading.Event()
    outcomes = []
    hanging = threading.Thread(
        target=lambda: outcomes.append(pool.simulate(order("hang"), b"", lambda _: started.set()))
    )
    hanging.start()
    assert started.wait(20)
    pool.cancel(["hang", "later"])
    hanging.join(5)
    assert outcomes[0]["message"] is None
    late = pool.simulate(order("later"), b"", ignore)
    assert (late["message"], late["started"]) == (None, False)


def test_a_bundle_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    files: list[bundle.BundledFile] = [{"path": "a", "size": 2}, {"path": "b/c", "size": 3}]
    folder = bundle.unpack_bundle("id", files, gzip.compress(b"aabbb"))
    assert (folder / "b/c").read_bytes() == b"bbb"
    assert bundle.unpack_bundle("id", files, b"not read") == folder


def test_a_bundle_writes_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ValueError, match="may not write"):
        bundle.unpack_bundle("evil", [{"path": "../../x", "size": 1}], gzip.compress(b"x"))

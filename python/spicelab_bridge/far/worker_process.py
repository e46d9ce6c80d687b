"""One worker of SpiceLab as a child process: orders to it, what it tells to whoever asks. Knows no SPICE."""

from __future__ import annotations

import collections
import contextlib
import os
import signal
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Any

from spicelab_bridge.frames import encode_frame, read_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spicelab_bridge.frames import Frame

MOST_PRINTED_LINES = 12
LAST_WORDS_SECONDS = 0.5
GONE_SECONDS = 2


class WorkerProcess:
    """Blocks its caller; may be killed from another thread."""

    def __init__(self, node: str, bundle: Path) -> None:
        """Start `node worker.mjs` of an unpacked bundle."""
        self.load_key = ""
        self.engine: dict[str, Any] | None = None
        self._printed: collections.deque[str] = collections.deque(maxlen=MOST_PRINTED_LINES)
        reading, writing = os.pipe()
        try:
            self._child = subprocess.Popen(
                [node, str(bundle / "worker.mjs"), f"--frames-fd={writing}", "--own-group"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[writing],
                start_new_session=True,
                cwd=bundle,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._frames: IO[bytes] = os.fdopen(reading, "rb")
        self._printing = threading.Thread(target=self._keep_printed, daemon=True)
        self._printing.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def living(self) -> bool:
        """Whether it runs, as far as is known."""
        return self._child.poll() is None

    def send(self, header: dict[str, Any], payloads: Sequence[bytes] = ()) -> None:
        """Give an order; one that is gone hears nothing."""
        stdin = self._child.stdin
        if stdin is None:
            return
        with contextlib.suppress(OSError, ValueError):
            stdin.write(encode_frame(header, payloads))
            stdin.flush()

    def receive(self) -> Frame | None:
        """Wait for what it tells next; None when it is gone."""
        try:
            return read_frame(self._frames.read)
        except (OSError, ValueError):
            return None

    def kill(self) -> None:
        """End it and what it started, at once; `receive` then gives None."""
        with contextlib.suppress(OSError):
            os.killpg(self._child.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait for a killed one to be gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GONE_SECONDS)

    def end(self) -> str:
        """Make sure that it is gone, and say how it went and what it printed last."""
        self.kill()
        code = self._child.wait()
        self._printing.join(LAST_WORDS_SECONDS)
        how = f"ended by signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        self.close()
        printed = "\n".join(self._printed)
        return f"{how}:\n{printed}" if printed else how

    def close(self) -> None:
        """End it and let go of its pipes."""
        self.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._frames):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()

    def _keep_printed(self) -> None:
        stdout = self._child.stdout
        if stdout is None:
            return
        with contextlib.suppress(OSError, ValueError):
            for line in iter(lambda: stdout.readline(300), b""):
                self._printed.append(line.decode(errors="replace").rstrip("\n"))
        with contextlib.suppress(OSError):
            stdout.close()

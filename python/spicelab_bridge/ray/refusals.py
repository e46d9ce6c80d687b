"""Why Ray does not let us in, as what the user can do about it."""

from __future__ import annotations

import re
import sys

from spicelab_bridge.problem import Problem

CLIENT = "ray://"


class Refusal(Problem):
    """A problem; a `final` one stays however often it is tried."""

    def __init__(self, message: str, remedy: str, *, final: bool) -> None:
        """Say what is wrong, and what to do about it."""
        super().__init__(message, remedy)
        self.final = final


def silent(where: str) -> Refusal:
    """Nothing answers there."""
    start = "ray start --head" + (" --ray-client-server-port 10001" if where.startswith(CLIENT) else "")
    return Refusal(
        f"no Ray cluster answers at {where}",
        f"Start one there with `{start}`, or correct the address.",
        final=True,
    )


def of(error: Exception, where: str) -> Refusal:
    """Read an error of `ray.init`."""
    text = str(error).strip()
    if "Version mismatch" in text:
        return versions(text, where)
    if "AuthenticationError" in f"{type(error).__name__} {text}" or "AuthToken" in text:
        return Refusal(
            f"the Ray cluster at {where} wants a token",
            "Set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH to the cluster's.",
            final=True,
        )
    if "Could not find any running Ray instance" in text:
        return silent(where)
    if not where.startswith(CLIENT) and ("node_ip_address" in text or "raylet" in text.lower()):
        head = where.rpartition(":")[0] or "HOST"
        remedy = f"Join it by `ray start --address {where}`, or connect from outside: --on ray://{head}:10001"
        return Refusal(f"this machine is no node of the Ray cluster at {where}: {text}", remedy, final=False)
    return Refusal(f"the Ray cluster at {where} lets nobody in: {text}", "Look at its logs.", final=False)


def versions(text: str, where: str) -> Refusal:
    """Say which of both ends has which version, and how to get equal ones."""
    rays = re.findall(r"Ray: (\S+)", text)
    pythons = re.findall(r"Python: (\S+)", text)
    if len(rays) != 2 or len(pythons) != 2:  # noqa: PLR2004
        return Refusal(f"the Ray cluster at {where}: {text}", "Have equal versions on both ends.", final=True)
    differ = []
    if rays[0] != rays[1]:
        differ.append(f"Ray {rays[0]}, this machine has Ray {rays[1]}")
    pip = f'-m pip install "ray[default]=={rays[0]}"'
    # who is a node of it needs the same Python to the patch, who comes from outside the same minor
    parts = 2 if where.startswith(CLIENT) else 3
    there, here = (".".join(python.split(".")[:parts]) for python in pythons)
    if there != here:
        differ.append(f"Python {pythons[0]}, this machine has Python {pythons[1]}")
        minor = ".".join(pythons[0].split(".")[:2])
        remedy = f"Name a Python {there} by --python; it gets Ray by: python{minor} {pip}"
    else:
        remedy = f"Ray wants equal versions everywhere. Run here: {sys.executable} {pip}"
    return Refusal(f"the Ray cluster at {where} has {'; it has '.join(differ)}", remedy, final=True)

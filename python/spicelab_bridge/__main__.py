"""`python -m spicelab_bridge dask`: frames on standard input and output until they close."""

from __future__ import annotations

import asyncio
import importlib
import importlib.metadata
import logging
import sys
from typing import TYPE_CHECKING, cast

from spicelab_bridge.messages import PROTOCOL_VERSION
from spicelab_bridge.problem import Problem
from spicelab_bridge.stdio import open_frames, take_stdout
from spicelab_bridge.suggest.serve import serve

if TYPE_CHECKING:
    from spicelab_bridge.frames import Frame
    from spicelab_bridge.messages import Carrier, Tell

LOG = logging.getLogger(__name__)
CARRIERS = {"dask": "DaskCarrier", "ray": "RayCarrier"}
WANTED = {"dask": "dask[distributed]", "ray": "ray[default]"}


def main() -> None:
    """Be the bridge to the kind of cluster that the first argument names."""
    output = take_stdout()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    if sys.argv[1] == "optuna":
        serve(output)
        return
    asyncio.run(_run(sys.argv[1], output))


async def _run(kind: str, output: int) -> None:
    frames = await open_frames(output)
    carrier: Carrier | None = None
    try:
        carrier = _carrier(kind, frames.tell)
        while (frame := await frames.receive()) and frame.header["type"] != "close":
            work = _obey(carrier, frame)
            # a cluster may take minutes to start, and must not when its user is gone
            await (frames.unless_gone(work) if frame.header["type"] == "open" else work)
    except Problem as problem:
        frames.tell({"type": "refused", "error": problem.to_json()})
    except Exception as error:
        LOG.exception("the bridge ends")
        what = f"the bridge ended: {type(error).__name__}: {error}"
        frames.tell({"type": "refused", "error": Problem(what, code="BACKEND_FAILED").to_json()})
    finally:
        if carrier:
            await carrier.close()
        await frames.close()


async def _obey(carrier: Carrier, frame: Frame) -> None:
    header, payloads = frame
    kind = header["type"]
    if kind == "open":
        if header["protocol"] != PROTOCOL_VERSION:
            what = f"the bridge speaks protocol {PROTOCOL_VERSION}, not {header['protocol']}"
            raise Problem(what, "Install spicelab again, so that both sides are of one release.")
        await carrier.open(header["options"], header["bundle"], header["files"], payloads[0])
    elif kind == "bundle":
        await carrier.bundle(header["bundle"], header["files"], payloads[0])
    elif kind == "plan":
        await carrier.plan(header["planId"], payloads[0])
    elif kind == "submit":
        await carrier.submit(header["orders"])
    elif kind == "cancel":
        await carrier.cancel(header["chunks"])
    else:
        raise Problem(f"the bridge knows no message '{kind}'")


def _carrier(kind: str, tell: Tell) -> Carrier:
    """Load what carries. Raises Problem with the line that installs what is missing."""
    if kind not in CARRIERS:
        raise Problem(f"the bridge carries to no '{kind}'")
    try:
        module = importlib.import_module(f"spicelab_bridge.{kind}.carrier")
    except ImportError as error:
        raise Problem(
            f"{sys.executable} has no working {kind.capitalize()}: {error}",
            f'Install it with: {sys.executable} -m pip install "{WANTED[kind]}"',
        ) from error
    return cast("Carrier", getattr(module, CARRIERS[kind])(tell))


if __name__ == "__main__":
    main()

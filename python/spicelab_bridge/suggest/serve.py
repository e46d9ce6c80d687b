"""`python -m spicelab_bridge optuna`: one suggestion per question, until standard input closes."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
from typing import TYPE_CHECKING, Any, cast

from spicelab_bridge.frames import encode_frame, read_frame
from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from spicelab_bridge.suggest.question import Question, Suggestion

PACKAGES = {"tpe": "optuna", "nsga2": "optuna", "cmaes": "cmaes"}


def serve(output: int) -> None:
    """Answer questions one after the other; nothing is remembered from one to the next."""
    while (frame := read_frame(sys.stdin.buffer.read)) and frame.header["type"] != "close":
        _write(output, encode_frame(_answer(frame.header)))


def _write(descriptor: int, data: bytes) -> None:
    """Write all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _answer(header: dict[str, Any]) -> dict[str, Any]:
    try:
        question = cast("Question", header)
        suggest = _load(question["sampler"])
        return {"type": "suggested", **suggest(question)}
    except Problem as problem:
        return {"type": "refused", "error": problem.to_json()}
    except Exception as error:  # noqa: BLE001
        what = f"the sampler failed: {type(error).__name__}: {error}"
        return {"type": "refused", "error": Problem(what, code="BACKEND_FAILED").to_json()}


def _load(sampler: str) -> Callable[[Question], Suggestion]:
    package = PACKAGES[sampler]
    module = "spicelab_bridge.suggest.by_cmaes" if package == "cmaes" else "spicelab_bridge.suggest.by_optuna"
    try:
        return cast("Callable[[Question], Suggestion]", importlib.import_module(module).suggest)
    except ImportError as error:
        raise Problem(
            f"{sys.executable} has no working {package}: {error}",
            f"Install it with: {sys.executable} -m pip install {package}, or choose --sampler sobol.",
        ) from error

"""A point from CMA-ES (Hansen), by the package that Optuna takes it from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cmaes import CMA

if TYPE_CHECKING:
    from spicelab_bridge.suggest.question import Dimension, Known, Question, Suggestion

SPREAD = 0.25
"""Standard deviation of the first generation, in units of each variable's range."""


def suggest(question: Question) -> Suggestion:
    """Give the next point; every finished generation is told again, so that nothing has to be kept."""
    dimensions = question["dimensions"]
    size = len(dimensions)
    optimizer = CMA(
        mean=_start(question),
        sigma=SPREAD,
        bounds=np.tile([0.0, 1.0], (size, 1)),
        seed=question["seed"],
        n_max_resampling=10 * size,
    )
    while len(told := _generation(question["known"], optimizer.generation)) >= optimizer.population_size:
        generation = told[: optimizer.population_size]
        worst = max((known["objectives"][0] for known in generation if known["objectives"]), default=0.0)
        optimizer.tell([(_inside(known["point"], dimensions), _loss(known, worst)) for known in generation])
    asked = optimizer.ask()
    return {
        "point": [_outside(value, each) for value, each in zip(asked, dimensions, strict=True)],
        "generation": optimizer.generation,
    }


def _start(question: Question) -> np.ndarray:
    """Begin at the first design that is known, which is the deck's own where it was tried."""
    first = next((known for known in question["known"] if known["generation"] < 0), None)
    if first is None:
        return np.full(len(question["dimensions"]), 0.5)
    start: np.ndarray = np.clip(_inside(first["point"], question["dimensions"]), 0.05, 0.95)
    return start


def _generation(known: list[Known], generation: int) -> list[Known]:
    return [each for each in known if each["generation"] == generation and each["state"] != "running"]


def _loss(known: Known, worst: float) -> float:
    """Only the order counts: what breaks a constraint comes after all that does not."""
    violation = sum(max(0.0, value) for value in known["constraints"])
    if known["state"] == "failed" or not known["objectives"]:
        return float("inf")
    return known["objectives"][0] if violation == 0 else worst + 1 + violation


def _inside(point: list[float], dimensions: list[Dimension]) -> np.ndarray:
    return np.array(
        [
            value if each["kind"] == "continuous" else (value + 0.5) / each["count"]
            for value, each in zip(point, dimensions, strict=True)
        ]
    )


def _outside(value: float, dimension: Dimension) -> float:
    if dimension["kind"] == "continuous":
        return float(value)
    return float(min(dimension["count"] - 1, int(value * dimension["count"])))

"""What is asked and answered; src/simulate/tune/suggestions.ts has the same."""

from __future__ import annotations

from typing import Literal, TypedDict


class Dimension(TypedDict):
    """One design variable: a number from 0 to 1, or one of `count` values, told by its position."""

    kind: Literal["continuous", "ordered", "choice"]
    count: int


class Known(TypedDict):
    """A design that was decided on earlier; without objectives it is under way, or has no figures."""

    point: list[float]
    state: Literal["complete", "early", "running", "failed"]
    """`early`: from fewer samples than a design can have."""
    samples: int
    objectives: list[float]
    """The smaller the better."""
    constraints: list[float]
    """Held where not above 0."""
    generation: int


class Question(TypedDict):
    """Everything that the next point depends on."""

    sampler: Literal["tpe", "nsga2", "cmaes"]
    seed: int
    population: int
    objectives: int
    dimensions: list[Dimension]
    known: list[Known]


class Suggestion(TypedDict):
    """A point, and the generation it belongs to, where the sampler has such."""

    point: list[float]
    generation: int

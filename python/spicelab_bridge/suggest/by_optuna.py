"""A point from one of Optuna's samplers, over a study that is made anew from what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, NSGAIISampler, TPESampler
from optuna.trial import FrozenTrial, TrialState, create_trial

if TYPE_CHECKING:
    from spicelab_bridge.suggest.question import Dimension, Known, Question, Suggestion

GENERATION = "NSGAIISampler:generation"
optuna.logging.set_verbosity(optuna.logging.ERROR)


def suggest(question: Question) -> Suggestion:
    """Give the next point. The same question has the same answer."""
    study = optuna.create_study(directions=["minimize"] * question["objectives"], sampler=_sampler(question))
    space = {f"x{k}": _distribution(each) for k, each in enumerate(question["dimensions"])}
    for known in question["known"]:
        study.add_trial(_trial(known, space, several=question["objectives"] > 1))
    asked = study.ask(space)
    attributes = study.get_trials(deepcopy=False)[asked.number].system_attrs
    return {
        "point": [float(asked.params[name]) for name in space],
        "generation": int(attributes.get(GENERATION, -1)),
    }


def _sampler(question: Question) -> BaseSampler:
    seed = question["seed"]
    if question["sampler"] == "nsga2":
        return NSGAIISampler(seed=seed, population_size=question["population"])
    return TPESampler(seed=seed, multivariate=True, constant_liar=True)


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension["kind"] == "continuous":
        return FloatDistribution(0.0, 1.0)
    if dimension["kind"] == "ordered":
        return IntDistribution(0, dimension["count"] - 1)
    return CategoricalDistribution(range(dimension["count"]))


def _trial(known: Known, space: dict[str, BaseDistribution], *, several: bool) -> FrozenTrial:
    state, values = known["state"], known["objectives"]
    told: dict[str, Any] = {}
    if state == "running":
        told["state"] = TrialState.RUNNING
    elif state == "failed":
        told["state"] = TrialState.FAIL if several else TrialState.PRUNED
    elif state == "early" and not several:
        # what more samples were spent on counts before what a few samples praise
        told = {"state": TrialState.PRUNED, "intermediate_values": {known["samples"]: values[0]}}
    else:
        told = {"state": TrialState.COMPLETE, "values": values}
    if state in ("early", "complete"):
        told["constraints"] = {f"c{k}": value for k, value in enumerate(known["constraints"])}
    if known["generation"] >= 0:
        told["system_attrs"] = {GENERATION: known["generation"]}
    params = {
        name: value if isinstance(distribution, FloatDistribution) else int(value)
        for (name, distribution), value in zip(space.items(), known["point"], strict=True)
    }
    return create_trial(params=params, distributions=space, **told)

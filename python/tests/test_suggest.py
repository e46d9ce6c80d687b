"""Suggestions, asked for as the TypeScript side does."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from spicelab_bridge.frames import encode_frame, read_frame
from spicelab_bridge.suggest.serve import serve

if TYPE_CHECKING:
    from spicelab_bridge.suggest.question import Dimension, Known, Question

pytest.importorskip("optuna")
pytest.importorskip("cmaes")

DIMENSIONS: list[Dimension] = [
    {"kind": "continuous", "count": 0},
    {"kind": "ordered", "count": 5},
    {"kind": "choice", "count": 3},
]


def question(sampler: Any, known: list[Known], objectives: int = 1, seed: int = 1) -> Question:
    return {
        "sampler": sampler,
        "seed": seed,
        "population": 4,
        "objectives": objectives,
        "dimensions": DIMENSIONS,
        "known": known,
    }


def ask(monkeypatch: pytest.MonkeyPatch, *questions: Question) -> list[dict[str, Any]]:
    """Have questions answered as over standard input and output."""
    sent = b"".join(encode_frame({"type": "suggest", **each}) for each in questions)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
    reading, writing = os.pipe()
    serve(writing)
    os.close(writing)
    answers = []
    with os.fdopen(reading, "rb") as pipe:
        while frame := read_frame(pipe.read):
            answers.append(frame.header)
    return answers


def history(count: int, objectives: int = 1) -> list[Known]:
    states: list[Any] = ["complete", "early", "failed", "running"]
    known: list[Known] = []
    for k in range(count):
        state: Any = states[k % 4] if k % 5 == 0 else "complete"
        told = state in ("complete", "early")
        known.append(
            {
                "point": [k / count, k % 5, k % 3],
                "state": state,
                "samples": 64,
                "objectives": [abs(k / count - 0.3)] * objectives if told else [],
                "constraints": [k / count - 0.8] if told else [],
                "generation": k // 8,
            }
        )
    return known


@pytest.mark.parametrize(("sampler", "objectives"), [("tpe", 1), ("tpe", 2), ("nsga2", 2), ("cmaes", 1)])
def test_a_point_lies_within_its_dimensions_and_the_same_question_has_the_same_answer(
    monkeypatch: pytest.MonkeyPatch, sampler: str, objectives: int
) -> None:
    asked = question(sampler, history(24, objectives), objectives)
    first, second, other = ask(
        monkeypatch, asked, asked, question(sampler, history(24, objectives), objectives, seed=2)
    )
    assert first["type"] == "suggested"
    assert first == second
    assert other["point"] != first["point"]
    continuous, ordered, choice = first["point"]
    assert 0 <= continuous <= 1
    assert ordered in range(5)
    assert choice in range(3)


def test_cmaes_counts_its_generations_from_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [
        {
            **each,
            "state": "complete",
            "objectives": [each["point"][0]],
            "constraints": [],
            "generation": k // 10,
        }
        for k, each in enumerate(history(30))
    ]
    answers = ask(monkeypatch, question("cmaes", []), question("cmaes", known))  # type: ignore[arg-type]
    assert [answer["generation"] for answer in answers] == [0, 3]


def test_a_question_that_makes_no_sense_is_refused_and_the_next_one_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = question("tpe", history(1))
    broken["known"][0]["point"] = []
    refused, fine = ask(monkeypatch, broken, question("tpe", []))
    assert refused["type"] == "refused"
    assert "the sampler failed" in refused["error"]["message"]
    assert fine["type"] == "suggested"

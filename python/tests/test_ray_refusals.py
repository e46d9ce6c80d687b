"""What users are told when Ray does not let them in."""

from __future__ import annotations

import sys

from spicelab_bridge.ray import refusals

TEXT = """Version mismatch: The cluster was started with:
    Ray: {ray}
    Python: {python}
This process on Ray Client was started with:
    Ray: 2.60.0
    Python: 3.11.7
"""


def told(where: str, ray: str = "2.60.0", python: str = "3.11.7") -> refusals.Refusal:
    return refusals.of(RuntimeError(TEXT.format(ray=ray, python=python)), where)


def test_another_ray_is_told_with_the_line_that_installs_it() -> None:
    refusal = told("ray://head:10001", ray="2.50.1", python="3.11.9")
    assert refusal.message == (
        "the Ray cluster at ray://head:10001 has Ray 2.50.1, this machine has Ray 2.60.0"
    )
    assert refusal.remedy.endswith(f'{sys.executable} -m pip install "ray[default]==2.50.1"')
    assert refusal.final


def test_another_python_is_told_with_the_python_to_name() -> None:
    refusal = told("ray://head:10001", python="3.12.4")
    assert "has Python 3.12.4, this machine has Python 3.11.7" in refusal.message
    assert 'python3.12 -m pip install "ray[default]==2.60.0"' in refusal.remedy
    assert "--python" in refusal.remedy


def test_a_node_needs_the_same_patch_of_python() -> None:
    assert "Name a Python 3.11.9 by --python" in told("head:6379", python="3.11.9").remedy


def test_both_are_told_where_both_differ() -> None:
    refusal = told("auto", ray="2.50.1", python="3.12.4")
    assert "Ray 2.50.1" in refusal.message
    assert "Python 3.12.4" in refusal.message


def test_a_machine_that_is_no_node_is_told_how_to_connect_from_outside() -> None:
    refusal = refusals.of(RuntimeError("Can't find a `node_ip_address.json` file"), "head:6379")
    assert "ray start --address head:6379" in refusal.remedy
    assert "--on ray://head:10001" in refusal.remedy


def test_a_token_is_asked_for() -> None:
    assert (
        "RAY_AUTH_TOKEN" in refusals.of(RuntimeError("InvalidAuthToken: Authentication token"), "auto").remedy
    )

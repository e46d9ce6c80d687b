"""Connections to Dask schedulers, and a cluster of one's own."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cloudpickle
import dask
from distributed import Client, LocalCluster, Security

from spicelab_bridge import far, frames, problem
from spicelab_bridge.dask import plugins
from spicelab_bridge.far import bundle, host, node, pool, worker_process
from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from spicelab_bridge.messages import Options

CLOSE_SECONDS = 3
# A hundred workers that start on one machine leave its scheduler little time.
OWN_SECONDS = 120
# What has to be equal on both ends, and the name under which pip knows it.
EQUAL = {"distributed": "dask[distributed]", "cloudpickle": "cloudpickle"}
TRAVELLING = (far, frames, problem, bundle, host, node, pool, worker_process, plugins)


@dataclass
class Connection:
    """A client of a scheduler that runs."""

    client: Client
    dashboard: str | None
    versions: dict[str, str]

    async def close(self) -> None:
        """Leave the scheduler."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.client.close(), CLOSE_SECONDS)


def travel_by_value() -> None:
    """Let code of this package travel to hosts that do not have it."""
    registered = cloudpickle.list_registry_pickle_by_value()
    for module in (*TRAVELLING, sys.modules["spicelab_bridge.dask.carrier"]):
        if module.__name__ not in registered:
            cloudpickle.register_pickle_by_value(module)


async def start_cluster(workers: int) -> LocalCluster:
    """Start a scheduler and workers on this machine; they end with this process."""
    return await LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        asynchronous=True,
        memory_limit=0,
        dashboard_address="127.0.0.1:0",
        silence_logs=False,
    )


async def connect(options: Options, cluster: LocalCluster | None, seconds: float) -> Connection:
    """Connect to the cluster, or to the scheduler that the options name. Raises Problem."""
    travel_by_value()
    address = options.get("address")
    target = {"scheduler_file": options.get("schedulerFile")} if address is None else {"address": address}
    if cluster:
        target = {"address": cluster.scheduler_address}
    try:
        client = await Client(
            **target,
            security=_security(options),
            asynchronous=True,
            name="spicelab",
            timeout=OWN_SECONDS if cluster else seconds,
            set_as_default=False,
        )
    except (OSError, TimeoutError, ValueError) as error:
        where = cluster.scheduler_address if cluster else address or options.get("schedulerFile")
        raise Problem(
            f"no Dask scheduler answers at {where}: {error}",
            "Start one there with `dask scheduler`, or correct the address.",
        ) from error
    try:
        versions = await _check_versions(client)
    except Problem:
        await client.close()
        raise
    return Connection(client, _dashboard(client, cluster), versions)


def _security(options: Options) -> Security | None:
    # Certificates are those of Dask's own configuration (distributed.comm.tls).
    return Security(require_encryption=True) if options.get("tls") else None


def _dashboard(client: Client, cluster: LocalCluster | None) -> str | None:
    if cluster and importlib.util.find_spec("bokeh") is None:
        return None
    with contextlib.suppress(Exception):
        link = client.dashboard_link
        return str(link) if link else None
    return None


async def _check_versions(client: Client) -> dict[str, str]:
    """Compare both ends. Raises Problem that says which side has which version, and how to get equal ones."""
    found = await client.get_versions(check=False)
    here = _packages(found["client"])
    others = {"the scheduler": found["scheduler"]}
    others.update({f"the worker {name}": each for name, each in found["workers"].items()})
    for name, other in others.items():
        there = _packages(other)
        if not there:
            continue
        for package, wanted in EQUAL.items():
            if there.get(package) != here.get(package):
                raise Problem(
                    f"{name} has {package} {there.get(package)}, this machine has {here.get(package)}",
                    "Dask wants equal versions everywhere. Run here: "
                    f'{sys.executable} -m pip install "{wanted}=={there.get(package)}"',
                )
        if _minor(there.get("python", "")) != _minor(here.get("python", "")):
            raise Problem(
                f"{name} has Python {there.get('python')}, this machine has {here.get('python')}",
                f"Name a Python {_minor(there.get('python', ''))} that has dask by --python.",
            )
    return {"python": here.get("python", ""), "dask": dask.__version__}


def _packages(versions: Any) -> dict[str, str]:
    packages = dict((versions or {}).get("packages") or {})
    python = (versions or {}).get("host", {})
    if "python" not in packages and isinstance(python, dict):
        packages["python"] = python.get("python", "")
    return {name: str(version).split(".final")[0] for name, version in packages.items()}


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])

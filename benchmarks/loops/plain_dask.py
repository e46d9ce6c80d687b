"""What a user of Dask would write by hand: chunks to the same worker processes, parts back and into files.

plain_dask.py ORDER WORKERS SERIAL BURST: prints the milliseconds of each of SERIAL round trips and chunks per second of BURST.
"""

import json
import os
import sys
import time

from distributed import Client, LocalCluster, as_completed

sys.path.insert(0, os.path.dirname(__file__))


def simulate(order: dict, start: int) -> bytes:
    """Run one sample in the worker process of this Dask worker, started at the first call."""
    import distributed
    from plain_worker import PlainWorker

    host = distributed.get_worker()
    if not hasattr(host, "plain"):
        host.plain = PlainWorker(order)
    return host.plain.run(f"chunk-{start}", start)


def main() -> None:
    order, workers, serial, burst = json.loads(sys.argv[1]), *map(int, sys.argv[2:5])
    os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))
    cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster) as client:
        count = 0

        def submit(number: int) -> list:
            nonlocal count
            starts = range(count, count + number)
            count += number
            return client.map(lambda start: simulate(order, start), starts, pure=False)

        def keep(future) -> None:
            with open(os.path.join(order["parts"], f"{future.key}.parquet"), "wb") as file:
                file.write(future.result())

        for future in submit(4 * workers):
            keep(future)
        trips = []
        for _ in range(serial):
            began = time.perf_counter()
            keep(submit(1)[0])
            trips.append(1e3 * (time.perf_counter() - began))
        began = time.perf_counter()
        for future in as_completed(submit(burst)):
            keep(future)
        print(json.dumps({"trips": trips, "rate": burst / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main()

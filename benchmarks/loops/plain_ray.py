"""What a user of Ray would write by hand: chunks to the same worker processes, parts back and into files.

plain_ray.py ORDER WORKERS SERIAL BURST: prints the milliseconds of each of SERIAL round trips and chunks per second of BURST.
"""

import json
import os
import sys
import time

import ray

HERE = os.path.dirname(os.path.abspath(__file__))


@ray.remote(num_cpus=1)
class Simulator:
    """An actor with a worker process."""

    def __init__(self, order: dict) -> None:
        sys.path.insert(0, HERE)
        from plain_worker import PlainWorker

        self.worker = PlainWorker(order)

    def run(self, start: int) -> bytes:
        return self.worker.run(f"chunk-{start}", start)


def main() -> None:
    order, workers, serial, burst = json.loads(sys.argv[1]), *map(int, sys.argv[2:5])
    ray.init("local", num_cpus=workers, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    actors = [Simulator.remote(order) for _ in range(workers)]
    count = 0

    def submit(actor):
        nonlocal count
        count += 1
        return actor.run.remote(count)

    def keep(ref) -> None:
        with open(os.path.join(order["parts"], f"{ref.hex()}.parquet"), "wb") as file:
            file.write(ray.get(ref))

    for _ in range(4):
        for ref in [submit(actor) for actor in actors]:
            keep(ref)
    trips = []
    for _ in range(serial):
        began = time.perf_counter()
        keep(submit(actors[0]))
        trips.append(1e3 * (time.perf_counter() - began))
    began = time.perf_counter()
    busy = {submit(actor): actor for actor in actors for _ in range(2)}
    left = burst - len(busy)
    while busy:
        done, _ = ray.wait(list(busy))
        for ref in done:
            actor = busy.pop(ref)
            if left > 0:
                busy[submit(actor)] = actor
                left -= 1
            keep(ref)
    print(json.dumps({"trips": trips, "rate": burst / (time.perf_counter() - began)}))
    ray.shutdown()


if __name__ == "__main__":
    main()

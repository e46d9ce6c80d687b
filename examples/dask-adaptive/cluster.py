"""A cluster of nobody but the work there is: no workers, then up to three, then none again."""

import signal

from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None) as cluster:
        cluster.adapt(minimum=0, maximum=3, interval="1s", wait_count=5)
        with open("address.txt", "w") as file:
            file.write(cluster.scheduler_address.replace("tcp://", "dask://"))
        signal.sigwait([signal.SIGTERM, signal.SIGINT])

"""Dask on Slurm: a scheduler on this node, workers as jobs of the queue. `python cluster.py --print` shows such a job."""

import os
import signal
import sys

from dask_jobqueue.slurm import SLURMCluster

if __name__ == "__main__":
    cluster = SLURMCluster(
        cores=1,
        processes=1,
        memory="1GB",
        walltime="00:30:00",
        worker_extra_args=["--memory-limit", "0"],
        scheduler_options={"dashboard": False},
        # the modules, the environment of Python, whatever a job needs first
        job_script_prologue=["export OMP_NUM_THREADS=1"],
        log_directory="jobs",
    )
    if "--print" in sys.argv:
        print(cluster.job_script())
        sys.exit()
    cluster.scale(jobs=int(os.environ.get("JOBS", "2")))
    with open("address.txt", "w") as file:
        file.write(cluster.scheduler_address.replace("tcp://", "dask://"))
    signal.sigwait([signal.SIGTERM, signal.SIGINT])
    cluster.close()

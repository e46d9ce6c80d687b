"""What a notebook does, cell by cell: a cluster, a study on it, and its answer in pandas."""

import glob
import json
import subprocess

import pandas
from distributed import Client, LocalCluster

if __name__ == "__main__":
    # %% a cluster that is there already: here one of this notebook's own, elsewhere Client("tcp://scheduler:8786")
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    client = Client(cluster)

    # %% the study, on the same cluster
    address = cluster.scheduler_address.replace("tcp://", "dask://")
    subprocess.run(["spicelab", "run", "sensor.study.yaml", "--on", address, "--out", "run", "--quiet"], check=True)

    # %% every sample, and what explains them
    samples = pandas.concat(pandas.read_parquet(file) for file in sorted(glob.glob("run/parts/*.parquet")))
    print(samples[["error", "vos"]].describe())

    # %% the answer with its intervals
    shown = subprocess.run(["spicelab", "show", "run", "--json"], check=True, capture_output=True, text=True)
    overall = json.loads(shown.stdout)["all"]["yields"][-1]["failuresCounted"]
    print(f"yield {overall['value']:.1%}, between {overall['low']:.1%} and {overall['high']:.1%}")

    # %% nothing of the study is left on the cluster, which can be used for other things
    client.close()
    cluster.close()

"""Let the Dask worker of this pod end the chunks that it has, take no more, and only then go."""

import asyncio
import os
import sys
import time

from distributed import rpc

RETIRE_SECONDS = 20
POLL_SECONDS = 0.5


async def retire(address: str, name: str, deadline: float) -> None:
    """Ask the scheduler to give the worker of that name nothing more; wait until it has nothing."""
    async with rpc(address) as scheduler:
        retired = await asyncio.wait_for(
            scheduler.retire_workers(names=[name], close_workers=False, remove=False), RETIRE_SECONDS
        )
        workers = list(retired)
        while workers and time.monotonic() < deadline:
            processing = await scheduler.processing(workers=workers)
            if not any(processing.values()):
                return
            await asyncio.sleep(POLL_SECONDS)


if __name__ == "__main__":
    patience = float(os.environ["GRACE_SECONDS"])
    try:
        asyncio.run(retire(os.environ["DASK_SCHEDULER"], os.environ["POD_NAME"], time.monotonic() + patience))
    except Exception as error:  # noqa: BLE001
        # without a scheduler there is nothing to wait for: what is lost is simulated again
        print(f"not retired: {error!r}", file=sys.stderr)

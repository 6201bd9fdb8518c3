"""How long a node takes from its start until it is active, median of several starts.

scripts/with_ros.sh python scripts/node_start.py [STARTS]
"""

import subprocess
import sys
import time
from statistics import median

from diffh2o_ros.nodes.client import SynthesisClient, start_node


def main(starts: int = 6) -> None:
    seconds = []
    for _ in range(starts):
        begin = time.perf_counter()
        process = start_node({"device": "cpu"}, "timed", stderr=subprocess.DEVNULL)
        try:
            with SynthesisClient("/timed/diffh2o_synthesis", process) as client:
                client.wait_for_node()
                if not (client.configure() and client.activate()):
                    raise SystemExit("the node refused to start")
                seconds.append(time.perf_counter() - begin)
        finally:
            process.terminate()
            process.wait()
    print(f"{median(seconds):.2f} s ({', '.join(f'{s:.2f}' for s in seconds)})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

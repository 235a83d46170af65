#!/usr/bin/env python3
"""Compares the client library with loops over libgearman in C and PHP's extension.

One of our servers, one worker process of our library, and the clients one after another, in rounds.
Build first: mvn -q -DskipTests package -pl benchmarks,abraxas-vertx-server -am; gcc as lone_job.c says.
"""

import argparse
import re
import statistics
import subprocess
from pathlib import Path

from compare import await_port, free_port

ROOT = Path(__file__).resolve().parents[2]
LOAD = [
    "java", "-Xms256m", "-Xmx512m", "-XX:+UseSerialGC",
    "-cp", str(ROOT / "benchmarks/target/benchmarks.jar"), "io.abraxas.benchmarks.ClientLoad",
]
SERVER = [str(ROOT / "abraxas"), "server"]
LINE = re.compile(r"(\d+) jobs/s, p50 (\d+) us, p99 (\d+) us, (\d+) failed")


def run(command):
    output = subprocess.run(command, capture_output=True, text=True, timeout=120)
    found = LINE.search(output.stdout)
    if not found or int(found[4]):
        raise SystemExit(f"{command[0]} failed: {output.stdout}{output.stderr}")
    return [int(v) for v in found.groups()[:3]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--lone-job", required=True, help="the compiled lone_job.c")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=9, help="a third of it warms up")
    given = arguments.parse_args()

    port = free_port()
    seconds = str(given.seconds)
    clients = {
        "library, window 64": [*LOAD, "client", f"127.0.0.1:{port}", "64", seconds],
        "library, window 1": [*LOAD, "client", f"127.0.0.1:{port}", "1", seconds],
        "libgearman in C": [given.lone_job, "127.0.0.1", str(port), seconds],
        "PHP's extension": [
            "php", str(Path(__file__).with_name("lone_job.php")), "127.0.0.1", str(port), seconds],
    }
    results = {name: [] for name in clients}
    processes = [subprocess.Popen([*SERVER, "--listen", "127.0.0.1", "--port", str(port)])]
    try:
        await_port(port)
        processes.append(subprocess.Popen([*LOAD, "worker", f"127.0.0.1:{port}", "64"]))
        for _ in range(given.rounds):
            for name, command in clients.items():
                results[name].append(run(command))
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(20)
    for name, values in results.items():
        rate, p50, p99 = (statistics.median(column) for column in zip(*values))
        print(f"{name:20} {rate:9,.0f} jobs/s   p50 {p50:4.0f} us   p99 {p99:5.0f} us")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares Gearman servers under the same load, one after another in each round.

Needs two programs in C, built with `gcc -O2`: gearload, which drives any Gearman server and
prints one line of key=value, and nullserver, the least a server can do. Everything runs on
127.0.0.1 and ends by itself.

  compare.py --gearload G --nullserver N [--rounds 5] [--only fg,drain] [--servers ours,null]
"""
import argparse
import os
import re
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# name: (commands of gearload in order, those before the last only fill the queue; figure)
WORKS = {
    "fg 8x16, 8 workers": (["fg --clients 8 --window 16 --workers 8 --jobs 200000"], "rate"),
    "fg 64x4, 64 workers": (["fg --clients 64 --window 4 --workers 64 --jobs 200000"], "rate"),
    "fg 8x64, 8 workers, grabs 16": (
        ["fg --clients 8 --window 64 --workers 8 --grabs 16 --jobs 1000000"], "rate"),
    "wake p50": (["wake --clients 1 --workers 1 --jobs 10000"], "p50us"),
    "wake p99": (["wake --clients 1 --workers 1 --jobs 10000"], "p99us"),
    "submit 1000000": (["submit --clients 4 --window 64 --jobs 1000000"], "rate"),
    "drain 200000": (
        ["submit --clients 4 --window 64 --jobs 200000", "drain --workers 8 --jobs 200000"],
        "rate"),
    "drain 200000, grabs 16": (
        ["submit --clients 4 --window 64 --jobs 200000",
         "drain --workers 8 --grabs 16 --jobs 200000"], "rate"),
    "drain 100000 (for scale)": (
        ["submit --clients 4 --window 64 --jobs 100000", "drain --workers 8 --jobs 100000"],
        "rate"),
    "drain 1000000": (
        ["submit --clients 4 --window 64 --jobs 1000000",
         "drain --workers 8 --jobs 1000000 --timeout 200"], "rate"),
    "fg 64 KiB, 4x4, 4 workers": (
        ["fg --clients 4 --window 4 --workers 4 --size 65536 --jobs 40000"], "rate"),
}
SLOW_FOR_GEARMAND = {"drain 1000000"}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def await_port(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on port {port}")


class Server:
    def __init__(self, name, command):
        self.name, self.command, self.process = name, command, None

    def start(self):
        self.port = free_port()
        command = shlex.split(self.command.replace("PORT", str(self.port)))
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_port(self.port)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def load(gearload, server, arguments):
    command = [gearload, *arguments.split(), "--port", str(server.port),
               "--pid", str(server.process.pid)]
    text = subprocess.run(command, capture_output=True, text=True, timeout=300).stdout
    return dict(re.findall(r"(\w+)=([\d.]+)", text))


def run(gearload, server, steps):
    if server.process.poll() is not None:
        server.start()  # nullserver ends by itself when it is idle
    for step in steps:
        result = load(gearload, server, step)
    if steps[-1].startswith("submit"):
        # The next round begins with an empty queue. gearmand takes minutes to drain a million.
        if server.name.startswith("gearmand"):
            server.stop()
            server.start()
        else:
            load(gearload, server, "drain --workers 8 --grabs 16 --jobs 1000000")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gearload", required=True)
    parser.add_argument("--nullserver", required=True)
    parser.add_argument("--gearmand", default="/usr/sbin/gearmand")
    parser.add_argument("--ours", default=f"{ROOT}/abraxas server --port PORT")
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds")
    parser.add_argument("--warmups", type=int, default=3, help="rounds before, for JVMs only")
    parser.add_argument("--only", default="", help="works whose name contains one of these")
    parser.add_argument("--servers", default="null,gearmand,gearmand-t1,ours",
                        help="of null, gearmand, gearmand-t1, ours, and cmd:COMMAND with PORT in it")
    args = parser.parse_args()
    commands = {
        "null": f"{args.nullserver} PORT",
        "gearmand": f"{args.gearmand} -p PORT -L 127.0.0.1 --log-file=none",
        "gearmand-t1": f"{args.gearmand} -t 1 -p PORT -L 127.0.0.1 --log-file=none",
        "ours": args.ours,
    }
    for extra in args.servers.split(","):
        if extra.startswith("cmd:"):
            commands[extra] = extra[4:]
    names = args.servers.split(",")
    wanted = [w for w in args.only.split(",") if w]
    for work, (steps, figure) in WORKS.items():
        if wanted and not any(w in work for w in wanted):
            continue
        figures = {n: [] for n in names}
        cpu = {n: [] for n in names}
        memory = {n: [] for n in names}
        # A server with warm code for each work, and a fresh one for the next.
        servers = [Server(n, commands[n]) for n in names
                   if not (n.startswith("gearmand") and work in SLOW_FOR_GEARMAND)]
        for s in servers:
            s.start()
        try:
            for r in range(-args.warmups, args.rounds):
                for s in servers:
                    # Only a JVM has to warm up.
                    if r >= 0 or s.name.startswith(("ours", "cmd")):
                        result = run(args.gearload, s, steps)
                        if r >= 0:
                            figures[s.name].append(float(result.get(figure, 0)))
                            cpu[s.name].append(float(result.get("cpu_us_per_job", 0)))
                            memory[s.name].append(float(result.get("rss_mb", 0)))
        finally:
            for s in servers:
                s.stop()
        base = statistics.median(figures["null"]) if figures.get("null") else 0
        for s in servers:
            median = statistics.median(figures[s.name])
            ratio = f"{median / base:6.2f} x null" if base else ""
            print(f"{work:30} {s.name:12} {median:12.0f} {ratio}  "
                  f"cpu {statistics.median(cpu[s.name]):5.2f} us/job  "
                  f"rss {statistics.median(memory[s.name]):6.0f} MB  "
                  f"[{' '.join(f'{x:.0f}' for x in figures[s.name])}]", flush=True)


if __name__ == "__main__":
    main()

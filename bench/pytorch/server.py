"""Answers the bench: one JSON request a line on stdin, one JSON reply a line on stdout.

hello → what computes; prepare {id, job} → the result that both sides must agree on;
run {id, amount} → milliseconds and how many units of work they took; drop {id}.
"""

import base64
import json
import platform
import sys
import time

import numpy
import torch

import attribution
import inversion
import product
import training

PROGRAMS = {
    "train": training.PROGRAMS,
    "attribute": attribution.PROGRAMS,
    "invert": inversion.PROGRAMS,
    "product": product.PROGRAMS,
}


def decode(value):
    """Typed arrays come as base64."""
    if isinstance(value, dict) and "float32" in value:
        raw = base64.b64decode(value["float32"])
        return torch.from_numpy(numpy.frombuffer(raw, numpy.float32).copy())
    if isinstance(value, dict):
        return {key: decode(item) for key, item in value.items()}
    return [decode(item) for item in value] if isinstance(value, list) else value


class Server:
    def __init__(self):
        self.works = {}

    def hello(self, _):
        versions = f"PyTorch {torch.__version__}, Python {platform.python_version()}"
        return {"description": versions}

    def prepare(self, request):
        job = decode(request["job"])
        work = PROGRAMS[job["kind"]][job["program"]](job)
        self.works[request["id"]] = (work, job["threads"])
        torch.set_num_threads(job["threads"])
        return {"result": work.check()}

    def run(self, request):
        work, threads = self.works[request["id"]]
        torch.set_num_threads(threads)
        start = time.perf_counter()
        units = work.run(request["amount"])
        return {"ms": 1000 * (time.perf_counter() - start), "units": units}

    def drop(self, request):
        del self.works[request["id"]]
        return {}


def serve():
    server = Server()
    operations = {name: getattr(server, name) for name in ("hello", "prepare", "run", "drop")}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = operations[request["operation"]](request)
        except Exception as error:  # the bench reports it with the row that it belongs to
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


serve()

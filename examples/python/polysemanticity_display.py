"""Shows attribution matrices and trajectories of NumPy arrays with Polysemanticity Lab.

Copy this file beside your notebook. It needs IPython and NumPy; the extension needs no package of ours.
In VS Code the outputs are alive; elsewhere a matrix is a still picture, a trajectory its plain text.
"""

import base64
import struct
import zlib

import numpy as np
from IPython.display import display

ATTRIBUTION = "application/vnd.polysemanticity.attribution+json"
TRAJECTORY = "application/vnd.polysemanticity.trajectory+json"


def tensor(values, dtype="float32"):
    """A NumPy array as base64 of its little-endian bytes."""
    array = np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<"))
    text = base64.b64encode(array.tobytes()).decode("ascii")
    return {"dtype": dtype, "shape": list(array.shape), "base64": text}


def relative(matrix):
    """R of every neuron: sum of |a| over its largest; NaN where a row is all zero."""
    a = np.abs(np.asarray(matrix, dtype=float))
    peak = a.max(axis=1)
    return np.divide(a.sum(axis=1), peak, out=np.full(len(a), np.nan), where=peak > 0)


def picture(matrix):
    """The matrix as a PNG file: orange is positive, blue negative, white nothing."""
    a = np.nan_to_num(np.asarray(matrix, dtype=float), posinf=0.0, neginf=0.0)
    share = a / max(np.abs(a).max(), np.finfo(float).tiny)
    stops = np.array([[33, 86, 155], [124, 169, 212], [247, 247, 247], [239, 163, 92], [166, 74, 5]])
    places = np.linspace(-1, 1, len(stops))
    channels = [np.interp(share, places, channel) for channel in stops.T]
    colours = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    cell = max(1, min(14, 480 // max(a.shape)))
    pixels = colours.repeat(cell, axis=0).repeat(cell, axis=1)
    height, width, _ = pixels.shape
    # Each line of a PNG file begins with the number of its filter: none.
    lines = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0))).tobytes()

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def attribution(matrix, *, title=None, widths=None, features=None, rows="pre-activation"):
    """Shows an attribution matrix.

    matrix: [neurons, features], signed; neurons of all hidden layers, one layer after another.
    widths: neurons of each hidden layer; one layer unless given.
    features: names of the columns.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2:
        raise ValueError(f"expected [neurons, features], not a shape of {matrix.shape}")
    payload = {"version": 1, "values": tensor(matrix), "rows": rows}
    if title is not None:
        payload["title"] = title
    if features is not None:
        payload["features"] = [str(name) for name in features]
    if widths is not None:
        if sum(widths) != len(matrix):
            raise ValueError(f"widths {list(widths)} sum to {sum(widths)}, not {len(matrix)} neurons")
        ends = np.cumsum(widths)
        payload["layers"] = [
            {"start": int(end - width), "end": int(end)} for width, end in zip(widths, ends)
        ]
    r = relative(matrix)
    live = r[~np.isnan(r)]
    text = f"attribution matrix {matrix.shape[0]} x {matrix.shape[1]}, "
    text += f"mean R {live.mean():.3f}" if len(live) else "all neurons dead"
    text += f", {len(r) - len(live)} dead"
    still = {"image/png": base64.b64encode(picture(matrix)).decode("ascii")} if matrix.size else {}
    display({ATTRIBUTION: payload, **still, "text/plain": text}, raw=True)


def trajectory(rows, *, name="run"):
    """Shows polysemanticity over training.

    rows: a list of dicts, or a pandas DataFrame, with `epoch` and measures by their id (`relative`,
    `coverage`, ...), and where known `seed`, `arm`, `requested`, `neuronRatio`, `parameterRatio`,
    `trainLoss`, `testLoss`, `r2`; `relative.null` is the null of `relative`.
    """
    records = rows.to_dict("records") if hasattr(rows, "to_dict") else list(rows)
    names = {key for record in records for key in record}

    def column(key):
        values = [record.get(key) for record in records]
        return tensor([np.nan if v is None else float(v) for v in values], "float64")

    plain = ["seed", "requested", "neuronRatio", "parameterRatio", "trainLoss", "testLoss", "r2"]
    columns = {key: column(key) for key in ["epoch", *plain] if key in names}
    if "arm" in names:
        columns["arm"] = [record.get("arm") or "dense" for record in records]
    measures = {}
    for key in MEASURES & names:
        measures[key] = {"mean": column(key)}
        if f"{key}.null" in names:
            measures[key]["null"] = column(f"{key}.null")
    columns["measures"] = measures
    payload = {"version": 1, "runs": [{"name": name, "columns": columns}]}
    text = f"trajectory of {name}: {len(records)} rows of {', '.join(sorted(measures)) or 'no measure'}"
    display({TRAJECTORY: payload, "text/plain": text}, raw=True)


MEASURES = {
    "relative", "participation", "hill1", "hill0", "entropy", "entropyMinMax", "gini",
    "giniCorrected", "coverage", "capacity", "selectivity", "monosemanticFraction", "deadFraction",
}

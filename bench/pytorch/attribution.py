"""Attribution of hidden neurons to features, through encoder and specimen.

Rows are the pre-activations of the specimen's hidden layers, column f belongs to the path from 0 to
the one-hot vector e_f. Layers are (weight, bias, whether a ReLU follows). Stacked specimens have
weights [specimens, inputs, outputs]; everything before them is shared.
"""

import torch
from torch.nn.functional import linear


def layers_of(network):
    widths, flat, at, layers = network["layout"]["widths"], network["parameters"], 0, []
    activations = network["layout"]["activations"] + ["linear"]
    for inputs, outputs, activation in zip(widths, widths[1:], activations):
        weight = flat[at : at + inputs * outputs].view(outputs, inputs)
        at += inputs * outputs
        layers.append((weight, flat[at : at + outputs], activation == "relu"))
        at += outputs
    return layers


def stack(specimens):
    together = lambda tensors: torch.stack(list(tensors))
    return [
        (together(w.t() for w, _, _ in same), together(b[None] for _, b, _ in same), same[0][2])
        for same in zip(*specimens)
    ]


def affine(x, weight, bias):
    if weight.dim() == 2:
        return linear(x, weight, bias)
    return torch.baddbmm(bias, x.expand(len(weight), -1, -1), weight)


def product(x, weight):
    return linear(x, weight) if weight.dim() == 2 else x.expand(len(weight), -1, -1) @ weight


def pre_activations(x, encoder, specimen):
    for weight, bias, relu in encoder:
        x = linear(x, weight, bias)
        x = x.relu() if relu else x
    for weight, bias, relu in specimen:
        x = affine(x, weight, bias)
        yield x
        x = x.relu() if relu else x


def finite_difference(encoder, specimen, features, _):
    """n(e_f) − n(0): all features and the baseline in one batch."""
    x = torch.cat([torch.eye(features), torch.zeros(1, features)])
    rows = [row[..., :-1, :] - row[..., -1:, :] for row in pre_activations(x, encoder, specimen)]
    return torch.cat(rows, -1).mT


def forward_mode(encoder, specimen, features, steps):
    """Integrated gradients (Riemann, right ends), derivatives carried along by hand: all features and
    all steps in one batch, [steps · features, …]. The first layer sees one-hot inputs only, so it needs
    no product."""
    weight, bias, relu = encoder[0]
    alphas = torch.arange(1, steps + 1).div(steps)[:, None, None]
    x = (bias + alphas * weight.t()).flatten(0, 1)
    slope = weight.t().repeat(steps, 1)
    rows = []
    for weight, bias, following in encoder[1:] + specimen:
        if relu:
            open_gates = x > 0
            x, slope = x * open_gates, slope * open_gates
        x, slope, relu = affine(x, weight, bias), product(slope, weight), following
        rows.append(slope)
    rows = rows[len(encoder) - 1 :]
    return torch.cat([row.unflatten(-2, (steps, features)).mean(-3) for row in rows], -1).mT


def jvp(encoder, specimen, features, steps):
    """The same by torch.func.jvp."""
    neurons = lambda x: torch.cat(list(pre_activations(x, encoder, specimen)), -1)
    eye = torch.eye(features)
    alphas = torch.arange(1, steps + 1).div(steps)[:, None, None]
    points = (alphas * eye).flatten(0, 1)
    _, slopes = torch.func.jvp(neurons, (points,), (eye.repeat(steps, 1),))
    return slopes.unflatten(-2, (steps, features)).mean(-3).mT


class Attribution:
    def __init__(self, job):
        self.encoder = layers_of(job["encoder"])
        self.specimens = [layers_of(specimen)[:-1] for specimen in job["specimens"]]
        self.features = job["encoder"]["layout"]["widths"][0]
        self.steps = job["steps"]


class Vectorised(Attribution):
    """One specimen after another, each as a whole."""

    def __init__(self, job, method):
        super().__init__(job)
        self.method, self.next = method, 0

    def matrix(self, layers):
        with torch.no_grad():
            return self.method(self.encoder, layers, self.features, self.steps)

    def check(self):
        return self.matrix(self.specimens[0]).flatten().tolist()

    def run(self, amount):
        for _ in range(amount):
            self.next = (self.next + 1) % len(self.specimens)
            self.matrix(self.specimens[self.next])
        return amount


class Stacked(Vectorised):
    """All specimens at once."""

    def __init__(self, job, method):
        super().__init__(job, method)
        self.together = stack(self.specimens)

    def check(self):
        return self.matrix(self.together)[0].flatten().tolist()

    def run(self, amount):
        batches = -(-amount // len(self.specimens))
        for _ in range(batches):
            self.matrix(self.together)
        return batches * len(self.specimens)


class PerCell(Attribution):
    """Integrated gradients one neuron and one feature at a time, as an attribution library is called:
    the steps of the path are one batch, autograd differentiates the neuron by the features."""

    def __init__(self, job):
        super().__init__(job)
        self.cells = job["cells"]

    def cell(self, specimen, neuron, feature):
        layer = 0
        while neuron >= len(specimen[layer][1]):
            neuron -= len(specimen[layer][1])
            layer += 1
        whole = torch.zeros(1, self.features)
        whole[0, feature] = 1
        baseline = torch.zeros(1, self.features)
        alphas = [(j + 1) / self.steps for j in range(self.steps)]
        path = torch.cat([baseline + alpha * (whole - baseline) for alpha in alphas])
        path.requires_grad_()
        *_, outputs = pre_activations(path, self.encoder, specimen[: layer + 1])
        gradients = torch.autograd.grad(outputs[:, neuron].sum(), path)[0]
        attribution = (gradients / self.steps).sum(0, keepdim=True) * (whole - baseline)
        return attribution[0, feature].item()

    def check(self):
        return [self.cell(self.specimens[0], *cell) for cell in self.cells]

    def run(self, amount):
        for i in range(amount):
            self.cell(self.specimens[0], *self.cells[i % len(self.cells)])
        neurons = sum(len(bias) for _, bias, _ in self.specimens[0])
        return amount / (neurons * self.features)


PROGRAMS = {
    "finite-difference": lambda job: Vectorised(job, finite_difference),
    "forward-mode": lambda job: Vectorised(job, forward_mode),
    "jvp": lambda job: Vectorised(job, jvp),
    "finite-difference-stacked": lambda job: Stacked(job, finite_difference),
    "forward-mode-stacked": lambda job: Stacked(job, forward_mode),
    "per-cell": PerCell,
}

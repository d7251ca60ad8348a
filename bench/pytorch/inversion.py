"""Looking for inputs of the feature model that give wanted features: Adam on the mean squared error."""

import torch
from torch.nn.functional import linear, mse_loss

from attribution import layers_of


class Inversion:
    def __init__(self, job):
        self.layers = layers_of(job["model"])[:-1]
        self.starts = job["starts"].view(-1, job["model"]["layout"]["widths"][0])
        self.wanted = job["wanted"].view(len(self.starts), -1)
        self.all_steps = job["steps"]
        self.learning_rate, self.checked = job["learningRate"], job["checked"]

    def features(self, x):
        """Pre-activations of the hidden layers."""
        found = []
        for weight, bias, relu in self.layers:
            x = linear(x, weight, bias)
            found.append(x)
            x = x.relu() if relu else x
        return torch.cat(found, -1)

    def errors(self, seeds):
        with torch.no_grad():
            wanted = self.wanted[: len(seeds)]
            return (self.features(seeds) - wanted).abs().amax(-1).tolist()


class Loop(Inversion):
    """One sample after another."""

    def invert(self, sample, steps):
        seed = self.starts[sample].clone().requires_grad_()
        optimizer = torch.optim.Adam([seed], lr=self.learning_rate)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = mse_loss(self.features(seed), self.wanted[sample])
            loss.backward()
            optimizer.step()
        return seed.detach()

    def check(self):
        few = range(self.checked["loop"])
        return self.errors(torch.stack([self.invert(s, self.all_steps) for s in few]))

    def run(self, amount):
        """Counts steps: a sample takes seconds."""
        self.invert(0, amount)
        return amount / self.all_steps


class Batched(Inversion):
    """All samples at once; each has its own error, so they do not mix."""

    def invert(self, samples, steps):
        seeds = self.starts[:samples].clone().requires_grad_()
        wanted = self.wanted[:samples]
        optimizer = torch.optim.Adam([seeds], lr=self.learning_rate, fused=True)
        for _ in range(steps):
            optimizer.zero_grad()
            (self.features(seeds) - wanted).square().mean(-1).sum().backward()
            optimizer.step()
        return seeds.detach()

    def check(self):
        return self.errors(self.invert(self.checked["batched"], self.all_steps))

    def run(self, amount):
        self.invert(len(self.starts), amount)
        return amount * len(self.starts) / self.all_steps


PROGRAMS = {"loop": Loop, "batched": Batched}

"""Training small multilayer perceptrons: as usually written, with a DataLoader, and stacked.

Every specimen follows PyTorch's own sequence after `manual_seed(seed)`: the Linear layers, the split,
then for each epoch what a shuffling DataLoader draws. The project's `torch` streams are the same bits,
so that both sides begin with the same weights and see the same batches.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

EPOCHS = 50


def sequential(layout):
    widths, layers = layout["widths"], []
    for l, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(inputs, outputs))
        if l < len(layout["activations"]) and layout["activations"][l] == "relu":
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def epoch_order(samples):
    """The order that a shuffling DataLoader would draw."""
    int64 = lambda: int(torch.empty((), dtype=torch.int64).random_())
    int64()  # the base seed of its workers
    return torch.randperm(samples, generator=torch.Generator().manual_seed(int64()))


class Training:
    """What all ways of training share."""

    def __init__(self, job):
        self.layout, self.seeds = job["layout"], job["seeds"]
        self.batch, self.learning_rate = job["batchSize"], job["optimizer"]["learningRate"]
        self.inputs = job["inputs"].view(-1, self.layout["widths"][0])
        self.targets = job["targets"].view(-1, self.layout["widths"][-1])
        self.checked = job["check"]
        self.work = self.endless()

    def endless(self):
        while True:
            yield from self.steps(self.seeds, len(self.inputs), EPOCHS)

    def check(self):
        seeds = self.seeds[: self.checked["specimens"]]
        return self.losses(self.steps(seeds, self.checked["samples"], self.checked["epochs"]))


class Usual(Training):
    """One network after another, nn.Sequential and Adam; batches by index."""

    def batches(self, inputs, targets):
        order = torch.randperm(len(inputs))
        inputs, targets = inputs[order], targets[order]

        def epoch():
            order = epoch_order(len(inputs))
            for chosen in order.split(self.batch):
                yield inputs[chosen], targets[chosen]

        return epoch

    def steps(self, seeds, samples, epochs):
        for seed in seeds:
            torch.manual_seed(seed)
            model = sequential(self.layout)
            epoch = self.batches(self.inputs[:samples], self.targets[:samples])
            optimizer = torch.optim.Adam(model.parameters(), lr=self.learning_rate)
            criterion = nn.MSELoss()
            for _ in range(epochs):
                for x, y in epoch():
                    optimizer.zero_grad()
                    loss = criterion(model(x), y)
                    loss.backward()
                    optimizer.step()
                    yield loss.item()

    def losses(self, steps):
        return list(steps)

    def run(self, amount):
        for _ in range(amount):
            next(self.work)
        return amount


class WithDataLoader(Usual):
    """The same with PyTorch's DataLoader."""

    def batches(self, inputs, targets):
        train, _ = random_split(TensorDataset(inputs, targets), [len(inputs), 0])
        loader = DataLoader(train, batch_size=self.batch, shuffle=True)
        return lambda: loader


class Stacked(Training):
    """A population as one: weights [specimens, inputs, outputs], torch.baddbmm, Adam in one call."""

    def steps(self, seeds, samples, epochs):
        models, splits, states = [], [], []
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(sequential(self.layout))
            splits.append(torch.randperm(samples))
            states.append(torch.get_rng_state())
        linear = [[m for m in model if isinstance(m, nn.Linear)] for model in models]
        stack = lambda tensors: torch.stack(list(tensors)).detach().requires_grad_()
        weights = [stack(layer.weight.t() for layer in layers) for layers in zip(*linear)]
        biases = [stack(layer.bias[None] for layer in layers) for layers in zip(*linear)]
        optimizer = torch.optim.Adam(weights + biases, lr=self.learning_rate, fused=True)
        for _ in range(epochs):
            orders = []
            for s, split in enumerate(splits):
                torch.set_rng_state(states[s])
                orders.append(split[epoch_order(samples)])
                states[s] = torch.get_rng_state()
            for chosen in torch.stack(orders).split(self.batch, 1):
                x, y = self.inputs[chosen], self.targets[chosen]
                optimizer.zero_grad()
                for l, (weight, bias) in enumerate(zip(weights, biases)):
                    x = torch.baddbmm(bias, x, weight)
                    if l < len(self.layout["activations"]) and self.layout["activations"][l] == "relu":
                        x = torch.relu(x)
                losses = (x - y).square().mean((1, 2))
                losses.sum().backward()
                optimizer.step()
                yield losses.detach()

    def losses(self, steps):
        return torch.stack(list(steps), 1).flatten().tolist()

    def run(self, amount):
        steps = -(-amount // len(self.seeds))
        for _ in range(steps):
            next(self.work)
        return steps * len(self.seeds)


PROGRAMS = {"usual": Usual, "dataloader": WithDataLoader, "stacked": Stacked}

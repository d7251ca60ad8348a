"""The product of two matrices by NumPy, and so by OpenBLAS: the mark for the kernel's own."""

import numpy

CALL = 4


class Product:
    def __init__(self, job):
        self.shape = (job["rows"], job["inner"], job["columns"])
        self.fill()

    def fill(self):
        rows, inner, columns = self.shape
        self.a = numpy.full((rows, inner), 0.5, numpy.float32)
        self.b = numpy.full((inner, columns), 0.5, numpy.float32)
        self.out = numpy.empty((rows, columns), numpy.float32)

    def check(self):
        return []

    def run(self, amount):
        a, b, out, dot = self.a, self.b, self.out, numpy.dot
        for _ in range(amount):
            dot(a, b, out=out)
        return amount


class Call(Product):
    """What calling costs: the product of two very small matrices."""

    def __init__(self, _):
        self.shape = (CALL, CALL, CALL)
        self.fill()


PROGRAMS = {"openblas": Product, "call": Call}

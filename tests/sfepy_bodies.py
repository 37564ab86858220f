"""Bodies that SfePy poses and evaluates by its own terms, linear or quadratic, with nothing averaged."""

import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Mask, Points
from clinic.simulation.factor import factorise
from clinic.simulation.tissue import Material

_MOST_ITERATIONS = 20


class SfepyBody:
    """ψ = μ/2 (J^(−2/3) I₁ − 3) + κ/2 (J^(−4/3) I₂ − 3) + K/2 (J − 1)² on tetrahedra of first or second order."""

    def __init__(self, points: Points, cells: Ints, layer: Ints, layers: Sequence[Material], order: int) -> None:
        """Pose points (p, 3), cells (t, 4) and layer (t,), a number in `layers`."""
        self._moduli = {
            "mu": np.array([material.shear - material.mooney_mpa for material in layers])[layer],
            "kappa": np.array([material.mooney_mpa for material in layers])[layer],
            "K": np.array([material.bulk for material in layers])[layer],
        }
        self._mesh, self._cells = points, cells
        with redirect_stdout(StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._pose(order)

    def forces(self, moved: Points) -> Floats:
        """The (3n,) forces on its nodes, N; moved: (n, 3)."""
        pulled: Floats = self._evaluator.eval_residual(moved.ravel().copy())
        return pulled

    def tangent(self, moved: Points) -> sp.csr_array:
        """The derivative of the forces, (3n, 3n)."""
        self._evaluator.eval_residual(moved.ravel().copy())  # first: some terms keep the stress for their tangent
        return sp.csr_array(self._evaluator.eval_tangent_matrix(moved.ravel().copy()))

    def rested(self, held: Mask, start: Points) -> Points:
        """Where the vertices come to rest, (p, 3), by Newton's method from a move of them, `start`.

        What lies between held vertices, (p,), is held on a straight line between them.
        """
        free = np.repeat(self._between(held[:, None].astype(np.float64))[:, 0] < 1 - 1e-9, 3)
        moved = self._between(start)
        force = self.forces(moved)
        for _ in range(_MOST_ITERATIONS):
            if np.linalg.norm(force[free]) <= 1e-10 * np.linalg.norm(force[~free]):
                return moved[: len(self._mesh)]
            step = np.zeros(moved.size)
            inner = sp.triu(self.tangent(moved)[free][:, free], format="csr")
            step[free] = factorise(inner).solve(-force[free])
            moved, force = self._better(moved, step.reshape(-1, 3), force, free)
        raise AssertionError("SfePy's forces did not settle")

    def _better(self, moved: Points, step: Points, before: Floats, free: Mask) -> tuple[Points, Floats]:
        """The first of the full, half, … step that inverts nothing and lowers the free forces."""
        for share in 0.5 ** np.arange(8):
            try:
                force = self.forces(moved + share * step)
            except ValueError:  # SfePy's word for an inverted cell
                continue
            if np.linalg.norm(force[free]) < np.linalg.norm(before[free]):
                return moved + share * step, force
        raise AssertionError("no step lowers SfePy's forces")

    def _between(self, values: Floats) -> Floats:
        """Values of the vertices, (p, k), at all nodes: (n, k)."""
        edges = (self._mesh[self._cells[:, 1:]] - self._mesh[self._cells[:, :1]]).transpose(0, 2, 1)
        local = (self.nodes[self._of_cell] - self._mesh[self._cells[:, :1]]).transpose(0, 2, 1)
        inner = np.linalg.solve(edges, local).transpose(0, 2, 1)
        shares = np.concatenate([1 - inner.sum(axis=2, keepdims=True), inner], axis=2)
        between = np.zeros((len(self.nodes), values.shape[1]))
        between[self._of_cell] = shares @ values[self._cells]
        return between

    def _pose(self, order: int) -> None:
        from sfepy.base.base import output
        from sfepy.discrete import Equation, Equations, FieldVariable, Integral, Material, Problem
        from sfepy.discrete.conditions import Conditions
        from sfepy.discrete.fem import FEDomain, Field, Mesh
        from sfepy.terms import Term

        output.set_output(quiet=True)
        groups = [np.zeros(len(self._cells), np.int32)]
        mesh = Mesh.from_data("body", self._mesh, None, [self._cells], groups, ["3_4"])
        region = FEDomain("body", mesh).create_region("Body", "all")
        field = Field.from_args("displacement", np.float64, "vector", region, approx_order=order)
        u = FieldVariable("u", "unknown", field)
        v = FieldVariable("v", "test", field, primary_var_name="u")
        tissue = Material("tissue", function=self._at_quadrature_points)
        at = Integral("i", order=1 if order == 1 else 3)
        names = {"mu": "dw_tl_he_neohook", "kappa": "dw_tl_he_mooney_rivlin", "K": "dw_tl_bulk_penalty"}
        terms = [
            Term.new(f"{name}(tissue.{modulus}, v, u)", at, region, tissue=tissue, v=v, u=u)
            for modulus, name in names.items()
            if self._moduli[modulus].any()
        ]
        self._problem = Problem("body", equations=Equations([Equation("balance", sum(terms[1:], terms[0]))]))
        self._problem.time_update(ebcs=Conditions([]))
        self._problem.update_materials()
        self._problem.equations.variables.init_state()
        self._evaluator = self._problem.get_evaluator()
        self.nodes: Points = field.get_coor()
        self._of_cell = field.econn

    def _at_quadrature_points(self, ts: Any, coors: Points, mode: str | None = None, **_: Any) -> dict[str, Floats]:
        if mode != "qp":
            return {}
        each = len(coors) // len(self._cells)
        return {name: np.repeat(value, each)[:, None, None] for name, value in self._moduli.items()}

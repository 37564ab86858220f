"""The baseline: the problem as SfePy's own examples pose and solve it.

After `large_deformation/hyperelastic.py` and `hyperelastic_tl_up_interactive.py` of SfePy: regions, materials and
boundary conditions by functions, `dw_tl_he_neohook` + `dw_tl_bulk_penalty` at one quadrature point per linear
tetrahedron (their `order: 1`, the least that is exact), `nls.newton` with a direct linear solver. Theirs is
`ls.scipy_direct`, which without further packages is SuperLU: named here. Growth J_g is μ J_g, K/J_g and, on the cells
that grow, `dw_tl_bulk_active` with A = −K/J_g (J_g − 1): the same energy, and no other cell pays for it.
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from clinic.bench.simulation.problem import Problem
from clinic.case import Floats, Mask, Points
from clinic.errors import ClinicError
from clinic.simulation.reference import import_sfepy

_MOST_ITERATIONS = 40


class BaselineFailed(ClinicError):
    """SfePy found no equilibrium."""

    def __init__(self, residual: float, iterations: int) -> None:
        super().__init__(
            f"The baseline did not settle: after {iterations} iterations of SfePy's Newton solver {residual:.2g} N are "
            "out of balance. There is nothing to compare with, so no times are given."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """moved: (p, 3) mm. residual: norm of the forces on free points, N."""

    moved: Points
    iterations: int
    residual: float


class Naive:
    """One problem, posed in SfePy."""

    def __init__(self, problem: Problem, tolerance_n: float, linear_solver: str = "ls.scipy_superlu") -> None:
        """Pose it; Newton's method will stop when the norm of the free forces is at most tolerance_n."""
        import_sfepy()
        from sfepy.base.base import IndexedStruct, Struct
        from sfepy.discrete import Problem as Posed
        from sfepy.discrete.conditions import Conditions
        from sfepy.solvers import Solver
        from sfepy.solvers.nls import Newton

        self._problem = problem
        equations, held = self._equations()
        self._status = IndexedStruct()
        linear = Solver.any_from_conf(Struct(name="ls", kind=linear_solver))
        newton = Newton({"i_max": _MOST_ITERATIONS, "eps_a": tolerance_n}, lin_solver=linear, status=self._status)
        self._posed = Posed("soft tissue", equations=equations)
        self._posed.set_bcs(ebcs=Conditions([held]))
        self._posed.set_solver(newton, status=self._status)

    def solve(self, start: Points) -> Settled:
        """Solve from a first guess (p, 3). Raises BaselineFailed."""
        with (
            ThreadpoolController().select(internal_api="openblas").limit(limits=os.cpu_count())
        ):  # as SciPy has it alone
            variables = self._posed.solve(state0=start.ravel().copy(), save_results=False, verbose=False)
        residual, iterations = float(self._status.err), int(self._status.n_iter)
        if self._status.condition != 0:
            raise BaselineFailed(residual, iterations)
        moved: Floats = variables.get_state_parts()["u"].reshape(-1, 3)
        return Settled(moved, iterations, residual)

    def _equations(self) -> tuple[Any, Any]:
        """Return the balance of forces and the condition on held points."""
        from sfepy.discrete import Equation, Equations, FieldVariable, Function, Integral, Material
        from sfepy.discrete.conditions import EssentialBC
        from sfepy.discrete.fem import Field
        from sfepy.terms import Term

        whole, held, growing = self._regions()
        field = Field.from_args("displacement", np.float64, "vector", whole, approx_order=1)
        u = FieldVariable("u", "unknown", field)
        v = FieldVariable("v", "test", field, primary_var_name="u")
        at = Integral("i", order=1)
        tissue = Material("tissue", function=self._moduli)
        balance = Term.new("dw_tl_he_neohook(tissue.mu, v, u)", at, whole, tissue=tissue, v=v, u=u)
        balance = balance + Term.new("dw_tl_bulk_penalty(tissue.K, v, u)", at, whole, tissue=tissue, v=v, u=u)
        if growing is not None:
            depot = Material("depot", function=self._activation)
            balance = balance + Term.new("dw_tl_bulk_active(depot.A, v, u)", at, growing, depot=depot, v=v, u=u)
        moves = EssentialBC("held", held, {"u.all": Function("moves", self._moves)})
        return Equations([Equation("balance", balance)]), moves

    def _regions(self) -> tuple[Any, Any, Any]:
        """Return the regions of all cells, of held points, and of cells that grow (None without any)."""
        from sfepy.discrete import Function
        from sfepy.discrete.fem import FEDomain, Mesh

        problem, count = self._problem, len(self._problem.cells)
        mesh = Mesh.from_data("tissue", problem.points, None, [problem.cells], [np.zeros(count, np.int32)], ["3_4"])
        domain = FEDomain("face", mesh)

        def chosen(name: str, which: Mask, kind: str, selector: str) -> Any:
            function = Function(name, lambda coordinates, domain=None: np.flatnonzero(which))
            return domain.create_region(name, f"{selector} by {name}", kind, functions={name: function})

        grown = problem.growth != 1.0
        return (
            domain.create_region("Omega", "all"),
            chosen("Held", problem.held, "vertex", "vertices"),
            chosen("Depot", grown, "cell", "cells") if grown.any() else None,
        )

    def _moves(self, ts: Any, coordinates: Points, **_: Any) -> Points:
        return self._problem.prescribed[self._problem.held]

    def _moduli(self, ts: Any, coordinates: Points, mode: str | None = None, **_: Any) -> dict[str, Floats]:
        if mode != "qp":
            return {}
        problem = self._problem
        return {
            name: values[:, None, None]
            for name, values in (("mu", problem.growth * problem.shear), ("K", problem.bulk / problem.growth))
        }

    def _activation(self, ts: Any, coordinates: Points, mode: str | None = None, **_: Any) -> dict[str, Floats]:
        if mode != "qp":
            return {}
        grown = self._problem.growth != 1.0
        growth, bulk = self._problem.growth[grown], self._problem.bulk[grown]
        return {"A": (-bulk / growth * (growth - 1.0))[:, None, None]}

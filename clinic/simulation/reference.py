"""The mechanical problem of `problem.py`, posed and evaluated in SfePy: what the compiled kernel is held to.

SfePy owns mesh, region, materials and terms (`dw_tl_he_neohook`, `dw_tl_he_mooney_rivlin`, `dw_tl_bulk_pressure` with
the averaged pressure as a constant per cell, `dw_tl_volume` for the deformed volumes and their derivative); the
averaging is sparse algebra on what it gives. Tests use it; loading and posing take SfePy a second, which nobody who
moves a slider should wait for.
"""

import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Points
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import Material


class Reference(Tissue):
    """One body of layered tissue whose forces and tangent SfePy evaluates; fibres and plain cells it has none."""

    def __init__(self, points: Points, cells: Ints, layer: Ints, layers: Sequence[Material]) -> None:
        """Pose points (p, 3), cells (t, 4) of positive volume, and layer (t,), a number in `layers`."""
        super().__init__(points, cells, layer, layers)
        import_sfepy()
        self._pose()

    def grow(self, growth: Floats) -> None:
        """Set J_g, (t,) > 0: SfePy knows no growth along one direction."""
        super().grow(growth)
        self._problem.update_materials()

    def _forces(self, moved: Points) -> Floats:
        forces: Floats = self._evaluator.eval_residual(self._state(moved))[self._of_u]
        return forces

    def _tangent(self, moved: Points) -> tuple[sp.csr_array, sp.csr_array]:
        state = self._state(moved)
        # the residual first: some terms keep the stress for their tangent
        self._evaluator.eval_residual(state.copy())
        whole = self._evaluator.eval_tangent_matrix(state)
        return sp.csr_array(whole[self._of_u, self._of_u]), self._shared(sp.csr_array(whole[self._of_p, self._of_u]))

    def _shared(self, of_cells: sp.csr_array) -> sp.csr_array:
        """Return pairs · of_cells, (a, 3p), with one pattern whatever the values: SciPy's product drops zeros."""
        pairs = self._pairs.tocoo()
        each = of_cells[pairs.col].tocoo()
        values = pairs.data[each.row] * each.data
        shape = (self._pairs.shape[0], of_cells.shape[1])
        return sp.coo_array((values, (pairs.row[each.row], each.col)), shape=shape).tocsr()

    def _state(self, moved: Points) -> Floats:
        """The unknowns as SfePy wants them: displacement, then per cell the pressure, + in compression."""
        state = np.empty(moved.size + len(self.cells))
        state[self._of_u] = moved.ravel()
        state[self._of_p] = -self._tension(moved)
        return state

    def _pose(self) -> None:
        from sfepy.discrete import Equation, Equations, FieldVariable, Integral, Material, Problem
        from sfepy.discrete.conditions import Conditions
        from sfepy.discrete.fem import FEDomain, Field, Mesh
        from sfepy.terms import Term

        count = len(self.cells)
        mesh = Mesh.from_data("tissue", self.points, None, [self.cells], [np.zeros(count, np.int32)], ["3_4"])
        domain = FEDomain("face", mesh)
        body = domain.create_region("Body", "all")
        field_u = Field.from_args("displacement", np.float64, "vector", body, approx_order=1)
        field_p = Field.from_args("pressure", np.float64, "scalar", body, approx_order=0)
        u = FieldVariable("u", "unknown", field_u)
        v = FieldVariable("v", "test", field_u, primary_var_name="u")
        p = FieldVariable("p", "unknown", field_p)
        q = FieldVariable("q", "test", field_p, primary_var_name="p")
        tissue = Material("tissue", function=self._moduli)
        at = Integral("centre", order=1)  # linear displacement: everything is constant in a cell
        deviatoric = Term.new("dw_tl_he_neohook(tissue.mu, v, u)", at, body, tissue=tissue, v=v, u=u)
        second = Term.new("dw_tl_he_mooney_rivlin(tissue.kappa, v, u)", at, body, tissue=tissue, v=v, u=u)
        volumetric = Term.new("dw_tl_bulk_pressure(v, u, p)", at, body, v=v, u=u, p=p)
        volume = Term.new("dw_tl_volume(q, u)", at, body, q=q, u=u, term_mode="volume")
        equations = Equations([Equation("balance", deviatoric + second + volumetric), Equation("volume", volume)])
        self._problem = Problem("soft tissue", equations=equations)
        self._problem.time_update(ebcs=Conditions([]))
        self._problem.update_materials()
        equations.variables.init_state()
        # SfePy orders the unknowns as it likes, even from run to run
        self._of_u, self._of_p = (equations.variables.get_indx(name) for name in "up")
        self._evaluator = self._problem.get_evaluator()

    def _moduli(self, ts: Any, coordinates: Points, mode: str | None = None, **_: Any) -> dict[str, Floats]:
        """SfePy's material function: one quadrature point per cell, in the order of the cells."""
        if mode != "qp":
            return {}
        # of a body that has grown by J_g, from what it was: J^(−2/3) I₁ and J^(−4/3) I₂ do not see growth
        moduli = {"mu": self._made_of.shear, "kappa": self._made_of.second}
        return {name: (self.growth * value)[:, None, None] for name, value in moduli.items()}


def import_sfepy() -> None:
    """Load SfePy, and keep it quiet from then on."""
    # It prints about optional packages and warns about its own code while it is imported; later, about every step
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sfepy.discrete.fem
        import sfepy.terms  # noqa: F401
    from sfepy.base.base import output

    output.set_output(quiet=True)

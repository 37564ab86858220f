"""The mechanical problem, posed in SfePy: tissue between skin and support in static equilibrium.

Displacement u is linear in each tetrahedron. The energy is

    Σ_e V_e J_g μ/2 (J^(−2/3) I₁ − 3)  +  Σ_a G_a K/2 (v_a/G_a − 1)²

with, per node and layer a, the deformed volume v_a = Σ ¼ v_e and the grown volume G_a = Σ ¼ J_g V_e of the cells around
it: volume change is averaged at the nodes, so that nearly incompressible tissue does not lock (Bonet and Burton 1998,
per layer as in Joldes et al. 2009). J_g is growth: a filler of J_g − 1 times the cell's volume.

SfePy owns mesh, region, materials and terms (`dw_tl_he_neohook`, `dw_tl_bulk_pressure` with the averaged
pressure as a constant per cell, `dw_tl_volume` for the deformed volumes and their derivative); the averaging is sparse
algebra on what it gives. Which points are held is decided later, by elimination (`saddle.py`): SfePy leaves the rows
and columns of its own essential conditions out, but Newton's method needs the reactions and the preview the columns.
"""

import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Points
from clinic.simulation.tissue import Material


def _import_sfepy_quietly() -> None:
    # SfePy prints about optional packages and warns about its own code while it is imported; later, about every step
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sfepy.discrete.fem
        import sfepy.terms  # noqa: F401
    from sfepy.base.base import output

    output.set_output(quiet=True)


@dataclass(frozen=True, slots=True, eq=False)
class Linearisation:
    """The tangent at one state, all degrees of freedom (3p = three per point, point by point).

    stiffness: (3p, 3p) deviatoric and geometric part. dilation: (a, 3p) ∂v_a/∂u. compliance: (a,) G_a/K. The full
    tangent is stiffness + dilationᵀ compliance⁻¹ dilation.
    """

    stiffness: sp.csr_array
    dilation: sp.csr_array
    compliance: Floats


class Tissue:
    """One body of layered tissue, floating freely."""

    def __init__(self, points: Points, cells: Ints, layer: Ints, layers: Sequence[Material]) -> None:
        """Set up points (p, 3), cells (t, 4) and layer (t,), a number in `layers`."""
        _import_sfepy_quietly()
        self.points, self.cells = points, cells
        self.growth: Floats = np.ones(len(cells))
        self._shear = np.array([material.shear for material in layers])[layer]
        self._pairs, self._pair_layer = _node_layers(cells, layer, len(points))
        self._bulk = np.array([material.bulk for material in layers])[self._pair_layer]
        self._averaging: _Averaging | None = None
        self._pose()
        self.rest_volumes = self.deformed_volumes(np.zeros_like(points))

    def grow(self, growth: Floats) -> None:
        """Set J_g, (t,) > 0."""
        self.growth = growth
        self._problem.update_materials()

    def deformed_volumes(self, moved: Points) -> Floats:
        """Return the (t,) signed volumes of the cells under a displacement (p, 3), mm³."""
        a, b, c, d = ((self.points + moved)[self.cells[:, k]] for k in range(4))
        signed: Floats = np.einsum("ij,ij->i", b - a, np.cross(c - a, d - a)) / 6.0
        return signed

    def min_det_f(self, moved: Points) -> float:
        """Return the smallest volume ratio of a cell."""
        return float((self.deformed_volumes(moved) / self.rest_volumes).min())

    def residual(self, moved: Points) -> Floats:
        """Return the (3p,) forces of the tissue on its points, N; zero on free ones in equilibrium.

        Raises ValueError for an inverted cell: look at `min_det_f` first.
        """
        forces: Floats = self._evaluator.eval_residual(self._state(moved))[self._of_u]
        return forces

    def linearise(self, moved: Points) -> Linearisation:
        """Return the tangent at a displacement (p, 3)."""
        state = self._state(moved)
        # the residual first: some terms keep the stress for their tangent
        self._evaluator.eval_residual(state.copy())
        whole = self._evaluator.eval_tangent_matrix(state)
        stiffness = sp.csr_array(whole[self._of_u, self._of_u])
        dilation = self._average(sp.csr_array(whole[self._of_p, self._of_u]))
        return Linearisation(stiffness, dilation, self._grown() / self._bulk)

    def node_volumes(self, volumes: Floats) -> Floats:
        """Share (t,) volumes of cells among their nodes and layers: (a,)."""
        shared: Floats = self._pairs @ volumes
        return shared

    def _average(self, of_cells: sp.csr_array) -> sp.csr_array:
        """Return pairs · of_cells, (a, 3p), with the same pattern whatever the values: SciPy's product drops zeros."""
        if self._averaging is None:
            self._averaging = _Averaging(self._pairs, of_cells)
        return self._averaging.of(of_cells)

    def _grown(self) -> Floats:
        return self.node_volumes(self.growth * self.rest_volumes)

    def _state(self, moved: Points) -> Floats:
        """The unknowns as SfePy wants them: displacement, then per cell the pressure, + in compression."""
        tension = self._bulk * (self.node_volumes(self.deformed_volumes(moved)) / self._grown() - 1.0)
        state = np.empty(moved.size + len(self.cells))
        state[self._of_u] = moved.ravel()
        state[self._of_p] = -(self._pairs.T @ tension)
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
        volumetric = Term.new("dw_tl_bulk_pressure(v, u, p)", at, body, v=v, u=u, p=p)
        volume = Term.new("dw_tl_volume(q, u)", at, body, q=q, u=u, term_mode="volume")
        equations = Equations([Equation("balance", deviatoric + volumetric), Equation("volume", volume)])
        self._problem = Problem("soft tissue", equations=equations)
        self._problem.time_update(ebcs=Conditions([]))
        self._problem.update_materials()
        equations.variables.init_state()
        # SfePy orders the unknowns as it likes, even from run to run
        self._of_u, self._of_p = (equations.variables.get_indx(name) for name in "up")
        self._evaluator = self._problem.get_evaluator()

    def _moduli(self, ts: Any, coordinates: Points, mode: str | None = None, **_: Any) -> dict[str, Floats]:
        """SfePy's material function: one quadrature point per cell, in the order of the cells."""
        return {"mu": (self.growth * self._shear)[:, None, None]} if mode == "qp" else {}


def _node_layers(cells: Ints, layer: Ints, count: int) -> tuple[sp.csr_array, Ints]:
    """Return the (a, t) matrix that gives a quarter of each cell to its four (node, layer) pairs, and their layers."""
    pair = layer[:, None].astype(np.int64) * count + cells
    unique, row = np.unique(pair, return_inverse=True)
    column = np.repeat(np.arange(len(cells)), 4)
    shape = (len(unique), len(cells))
    return sp.coo_array((np.full(len(column), 0.25), (row.ravel(), column)), shape=shape).tocsr(), unique // count


class _Averaging:
    """The product of a fixed sparse matrix with others of one pattern."""

    def __init__(self, left: sp.csr_array, right: sp.csr_array) -> None:
        """Learn the pattern: left (a, t), right (t, n)."""
        left = left.tocoo()
        lengths = np.diff(right.indptr)[left.col]
        source = np.repeat(right.indptr[left.col] - np.r_[0, np.cumsum(lengths)[:-1]], lengths) + np.arange(
            lengths.sum()
        )
        place = np.repeat(left.row.astype(np.int64), lengths) * right.shape[1] + right.indices[source]
        unique, row = np.unique(place, return_inverse=True)
        shape = (len(unique), right.nnz)
        self._sum = sp.coo_array((np.repeat(left.data, lengths), (row, source)), shape=shape).tocsr()
        self._shape = (left.shape[0], right.shape[1])
        self._indices = (unique % right.shape[1]).astype(np.int32)
        self._indptr = np.searchsorted(unique, np.arange(left.shape[0] + 1) * right.shape[1]).astype(np.int32)

    def of(self, right: sp.csr_array) -> sp.csr_array:
        """Return left · right."""
        return sp.csr_array((self._sum @ right.data, self._indices, self._indptr), shape=self._shape)

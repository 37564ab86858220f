"""The stiffness at rest against scikit-fem, which assembles the averaged element from its definition."""

import numpy as np
import scipy.sparse as sp
from mechanics import FLESH, body, whole
from skfem import Basis, BilinearForm, ElementTetP0, ElementTetP1, ElementVector, MeshTet, asm
from skfem.helpers import div
from skfem.models.elasticity import linear_elasticity
from solids import block


def test_stiffness_is_that_of_an_independent_library() -> None:
    """∫ 2μ dev ε : dev ε + Dᵀ (K / V) D with D_a = ¼ Σ_e ∫_e div u, to 1e-12 of the largest entry.

    Source of the averaging: Bonet and Burton (1998), Communications in Numerical Methods in Engineering 14, 437–449.
    """
    points, cells = block(2, shake=0.2)
    mesh = MeshTet(points.T, cells.T.astype(np.int64))
    vector = Basis(mesh, ElementVector(ElementTetP1()))
    constant = vector.with_element(ElementTetP0())
    deviatoric = asm(linear_elasticity(-2 * FLESH.shear / 3, FLESH.shear), vector)
    divergence = asm(BilinearForm(lambda u, q, w: div(u) * q), vector, constant)
    quarter = sp.coo_array((np.full(cells.size, 0.25), (cells.ravel(), np.repeat(np.arange(len(cells)), 4)))).tocsr()
    mean = quarter @ divergence
    node_volume = quarter @ body(points, cells).rest_volumes
    expected = (deviatoric + mean.T @ sp.diags_array(FLESH.bulk / node_volume) @ mean).toarray()
    order = vector.nodal_dofs.T.ravel()  # scikit-fem's number of (point, axis)
    ours = whole(body(points, cells).linearise(np.zeros_like(points))).toarray()
    assert abs(ours - expected[np.ix_(order, order)]).max() < 1e-12 * abs(ours).max()

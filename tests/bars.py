"""A bar that is free at its sides, pulled along its length: exactly.

At stretches (λ, t, t) the energy ψ = μ/2 (J^(−2/3) I₁ − 3) + κ/2 (J^(−4/3) I₂ − 3) + K/2 (J − 1)² + k/8 ⟨I₄ − 1⟩²
gives the nominal stresses P_i = ∂ψ/∂λ_i; t follows from P_t = 0. μ + κ is the shear modulus at rest.
Sources: Holzapfel, Nonlinear Solid Mechanics (2000), §6.4–6.5; fibres, Holzapfel and Gasser (2001), CMAME 190,
4379–4403, without the exponential.
"""

from scipy.optimize import brentq

from clinic.simulation.tissue import Material


def stress(material: Material, along: float, across: float) -> tuple[float, float]:
    """P along and across the bar, MPa."""
    J, I1 = along * across**2, along**2 + 2 * across**2
    I2, taut = 2 * along**2 * across**2 + across**4, max(along**2 - 1, 0.0)
    mu, kappa = material.shear - material.mooney_mpa, material.mooney_mpa
    pulls = [
        mu * J ** (-2 / 3) * (x - I1 / (3 * x))
        + kappa * J ** (-4 / 3) * (x * (I1 - x**2) - 2 * I2 / (3 * x))
        + material.bulk * (J - 1) * J / x
        for x in (along, across)
    ]
    return pulls[0] + material.fibre_mpa / 2 * taut * along, pulls[1]


def narrowed(material: Material, stretch: float) -> float:
    """The lateral stretch t at which no lateral stress is left."""
    return float(brentq(lambda t: stress(material, stretch, t)[1], 0.3, 2.0, xtol=1e-15))


def stretched(material: Material, pull: float) -> float:
    """The λ at which the bar pulls with so many MPa of its first cross-section."""
    return float(brentq(lambda x: stress(material, x, narrowed(material, x))[0] - pull, 0.9, 3.0))

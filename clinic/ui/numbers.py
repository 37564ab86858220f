"""Numbers as a clinician reads them."""


def signed(value: float, decimals: int) -> str:
    """Return a number with plus or a true minus, zero without a sign."""
    rounded = round(value, decimals)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{decimals}f}"


def plain(value: float, decimals: int) -> str:
    """Return a number without plus, with a true minus."""
    return signed(value, decimals).lstrip("+")

"""Numbers as people read them: ``js/core/numbers.ts`` in Python."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal


def plain(value: float) -> str:
    """Enough digits to tell it from its like, and a true minus sign."""
    if math.isnan(value):
        return "not a number"
    size = abs(value)
    if math.isinf(size):
        words = "Infinity"
    elif size == 0:
        words = "0"
    elif size < 0.0001:
        mantissa, _, exponent = f"{size:.1e}".partition("e")
        words = f"{mantissa}e{int(exponent)}"
    else:
        words = fixed(size, _digits(size))
    return f"−{words}" if value < 0 and size != 0 else words


def signed(value: float) -> str:
    """The same, and a plus where it is positive."""
    return f"+{plain(value)}" if value > 0 else plain(value)


def fixed(value: float, digits: int) -> str:
    """So many digits after the point; halves go up, as in JavaScript."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _digits(size: float) -> int:
    if size < 0.1:
        return 1 - math.floor(math.log10(size))
    if size < 1:
        return 3
    return 2 if size < 100 else 1

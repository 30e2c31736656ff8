"""One comparison of a published value with ours: the rows of `energymap validate`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A published value, ours, and the verdict."""

    name_zh: str
    name_en: str
    unit: str
    published: str
    """As printed in the source, a value or a range ('1926', '1496-1515', 'top fifth')."""
    published_source: str
    ours: str
    """Ours, rounded like the published value."""
    error: float | None
    """Relative error, 0 within a published range, else from its nearer end; None for an order or rank. [-]"""
    tolerance: float | None
    """Largest relative error allowed; None where there is none. [-]"""
    passed: bool
    enforced: bool
    """False: only reported; `energymap validate` does not fail on it."""


def compare(
    name_zh: str,
    name_en: str,
    unit: str,
    published: float | tuple[float, float],
    published_source: str,
    ours: float,
    tolerance: float,
    *,
    enforced: bool,
    digits: int = 0,
) -> Check:
    """Check of a number against a published value or a published range (low, high)."""
    low, high = published if isinstance(published, tuple) else (published, published)
    nearest = min(max(ours, low), high)
    error = (ours - nearest) / nearest
    text = f"{low:.{digits}f}" if low == high else f"{low:.{digits}f}-{high:.{digits}f}"
    return Check(
        name_zh=name_zh,
        name_en=name_en,
        unit=unit,
        published=text,
        published_source=published_source,
        ours=f"{ours:.{digits}f}",
        error=error,
        tolerance=tolerance,
        passed=abs(error) <= tolerance,
        enforced=enforced,
    )


def compare_statement(
    name_zh: str,
    name_en: str,
    unit: str,
    published: str,
    published_source: str,
    ours: str,
    passed: bool,
    *,
    enforced: bool,
) -> Check:
    """Check of an order, a rank or a share that is either so or not."""
    return Check(
        name_zh=name_zh,
        name_en=name_en,
        unit=unit,
        published=published,
        published_source=published_source,
        ours=ours,
        error=None,
        tolerance=None,
        passed=passed,
        enforced=enforced,
    )

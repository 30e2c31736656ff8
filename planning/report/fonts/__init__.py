"""The bundled Chinese font (Noto Sans CJK SC, SIL Open Font License 1.1, subset; see OFL.txt)."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
FAMILY = "Noto Sans CJK SC"


def font_paths() -> tuple[Path, ...]:
    """Regular and bold."""
    return (FOLDER / "NotoSansCJKsc-Regular.otf", FOLDER / "NotoSansCJKsc-Bold.otf")

"""The pictures of `docs/benchmarks.md`: `plots.py FIGURES FOLDER`, with what `cargo xtask bench` has measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
# The same figures are the same file, and text stays text.
mpl.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9})

from matplotlib import pyplot as plt  # noqa: E402

COLOURS = {"ours": "#00897b", "peer": "#b0bec5", "floor": "#ffcc80"}


def main() -> None:
    """Draws all of them."""
    figures, folder = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    for picture in figures["bars"]:
        bars(picture["panels"], folder / f"bench-{picture['file']}.svg")
    growth(figures["growth"], folder / "bench-growth.svg")


def bars(panels: list[dict[str, Any]], file: Path) -> None:
    """A panel for each work, a bar for each who did it, the best on top."""
    figure, axes = plt.subplots(2, 2, figsize=(10, 6.4), layout="constrained")
    for panel, axis in zip(panels, axes.flat, strict=False):
        ordered = sorted(panel["bars"], key=lambda bar: bar["figure"], reverse=panel["unit"] != "/s")
        colours = [COLOURS[bar["kind"]] for bar in ordered]
        drawn = axis.barh([bar["name"] for bar in ordered], [bar["figure"] for bar in ordered], color=colours)
        axis.bar_label(drawn, fmt="{:,.0f}", padding=3)
        axis.set_title(f"{panel['title']}, {panel['unit']}", fontsize=9)
        axis.margins(x=0.15)
        axis.locator_params(axis="x", nbins=4)
        axis.spines[["top", "right"]].set_visible(False)
    save(figure, file)


def growth(lines: list[dict[str, Any]], file: Path) -> None:
    """A line for each cost: straight at 45 degrees is as much for each instance in every account."""
    figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
    for line in lines:
        axis.plot(*zip(*line["points"], strict=True), marker="o", markersize=3, label=line["name"])
    axis.set(xscale="log", yscale="log", xlabel="instances", ylabel="ms")
    axis.grid(visible=True, which="major", alpha=0.3)
    axis.legend()
    save(figure, file)


def save(figure: Any, file: Path) -> None:
    """Writes it without the moment at which it was drawn."""
    figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")
    # Its lines end in spaces, which git tells of.
    file.write_text("".join(line.rstrip() + "\n" for line in file.read_text().splitlines()))


if __name__ == "__main__":
    main()

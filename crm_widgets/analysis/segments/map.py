"""A map of customers: the two directions in which they differ most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .profile import Side

Floats = npt.NDArray[np.float64]
TELLING = 0.6
"""Loadings of at least this part of the strongest describe an axis."""


@dataclass(frozen=True, eq=False)
class Map2D:
    """Principal components of the scaled features.

    Attributes
    ----------
    explained
        Share of the variance on each axis, 0 to 1.
    loadings
        Scaled features × ``pc1``, ``pc2``: correlation of the feature with the axis, −1 to 1.
    axes
        What each axis runs towards: up to three pairs of a feature and ``"low"`` or ``"high"``,
        the strongest loading first.
    centre, components
        Of the scaled features: a coordinate is ``(scaled − centre) @ component``.
    """

    explained: tuple[float, float]
    loadings: pd.DataFrame
    axes: tuple[tuple[tuple[str, Side], ...], tuple[tuple[str, Side], ...]]
    centre: Floats
    components: Floats

    def project(self, scaled: Floats) -> Floats:
        """Coordinates, n × 2, of customers on the scale that was clustered."""
        return scaled @ self.components.T - self.components @ self.centre


def draw_map(scaled: Floats, names: list[str]) -> Map2D:
    """Fit the map; the strongest loading of an axis is positive, so that a map never flips.

    With a single feature the second axis is empty.
    """
    centre = scaled.mean(axis=0)
    # Means are near 0 already, so that nothing is lost by subtracting them last.
    cov = scaled.T @ scaled / len(scaled) - np.outer(centre, centre)
    variance, vectors = np.linalg.eigh(cov)
    variance = np.maximum(variance[::-1], 0.0)
    components = np.zeros((2, len(names)))
    components[: min(2, len(names))] = vectors.T[::-1][:2]
    # Rounded, so that features that load alike do not take turns in leading.
    strongest = np.abs(components).round(6).argmax(axis=1)
    components *= np.where(components[[0, 1], strongest] < 0, -1.0, 1.0)[:, None]
    on_axes = np.append(variance, 0.0)[:2]
    spread = np.sqrt(np.maximum(np.diag(cov), 0.0))
    loadings = (components * np.sqrt(on_axes)[:, None]) / np.where(spread > 0, spread, 1.0)
    total = float(variance.sum())
    explained = on_axes / total if total > 0 else np.zeros(2)
    return Map2D(
        explained=(float(explained[0]), float(explained[1])),
        loadings=pd.DataFrame(loadings.T, index=names, columns=["pc1", "pc2"]),
        axes=(_meaning(loadings[0], names), _meaning(loadings[1], names)),
        centre=centre,
        components=components,
    )


def _meaning(loadings: Floats, names: list[str]) -> tuple[tuple[str, Side], ...]:
    size = np.abs(loadings)
    order = np.argsort(-size.round(9), kind="stable")[:3]
    return tuple(
        (names[j], "high" if loadings[j] > 0 else "low")
        for j in order
        if size[j] > 0 and size[j] >= TELLING * size.max()
    )

"""An order of columns in which those that go together stand together."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

Order = Literal["cluster", "name", "strength"]


def column_order(matrix: pd.DataFrame, order: Order = "cluster") -> list[str]:
    """Order the columns of a square of coefficients.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Columns × columns, coefficients in [-1, 1] or NaN.
    order : {"cluster", "name", "strength"}
        ``cluster``: by average linkage on 1 - |r| (an unknown r counts as 0), leaves turned so
        that neighbours are as close as can be. ``name``: alphabetical. ``strength``: largest mean
        |r| with the others first.

    Returns
    -------
    list of str
        The columns.

    References
    ----------
    Bar-Joseph, Gifford & Jaakkola (2001), Fast optimal leaf ordering for hierarchical clustering,
    Bioinformatics 17, S22–S29 (SciPy's ``optimal_ordering``).

    Examples
    --------
    >>> names = ["a", "b", "c"]
    >>> square = pd.DataFrame([[1, 0.1, -0.9], [0.1, 1, 0.2], [-0.9, 0.2, 1]], names, names)
    >>> column_order(square), column_order(square, "strength")
    (['a', 'c', 'b'], ['c', 'a', 'b'])
    """
    names = [str(name) for name in matrix.columns]
    if order == "name":
        return sorted(names, key=lambda name: (name.casefold(), name))
    size = np.nan_to_num(np.abs(matrix.to_numpy(np.float64)), nan=0.0)
    np.fill_diagonal(size, 0.0)
    if order == "strength":
        return [names[i] for i in np.argsort(-size.mean(axis=1), kind="stable")]
    if len(names) < 3:
        return names
    distance = np.clip(1 - (size + size.T) / 2, 0.0, None)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average", optimal_ordering=True)
    leaves = [int(leaf) for leaf in leaves_list(tree)]
    return [names[i] for i in (leaves if leaves[0] <= leaves[-1] else leaves[::-1])]

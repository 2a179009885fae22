"""Other customers in the segments and on the map of a segmentation, as it stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data import Customers, Transactions
from ..rfm.measures import customer_measures
from ..rfm.rfm import RFM, score_values
from ..rfm.scores import score
from .features import raw_columns
from .labels import by_column
from .models import NearestCentre, RfmSegments
from .result import Segmentation

SCORES = ("r_score", "f_score", "m_score")


def score_others(result: Segmentation, data: Transactions | Customers) -> pd.DataFrame:
    """Put customers who had no part in a segmentation where it would have put them.

    Nothing is fitted: segments come from ``result.pipeline`` (for a column, from the column), RFM
    scores from its cut points, places on the map from its scale and components.

    Parameters
    ----------
    result : Segmentation
    data : Transactions or Customers
        Other customers, in a table with the same columns.

    Returns
    -------
    pandas.DataFrame
        As ``result.customers``: features, ``segment``, ``pc1``, ``pc2``, and for RFM the scores.
        Customers whom a column gives no segment are left out.

    Raises
    ------
    InputError, AnalysisError
        If there is no such column, or nobody bought by the day from which recency counts.

    Examples
    --------
    >>> from crm_widgets.analysis import find_segments
    >>> from crm_widgets.data.datasets import cdnow
    >>> log = Transactions(cdnow())
    >>> found = find_segments(log, method="kmeans", k=3)
    >>> again = score_others(found, log)
    >>> bool((again["segment"] == found.labels).all())
    True
    """
    customers = _measured(result, data)
    model = result.pipeline.named_steps["segments"]
    if isinstance(model, RfmSegments):
        scores = {
            name: score(score_values(customers, measure), model.cuts[measure])
            for name, measure in zip(SCORES, RFM, strict=True)
        }
        customers = customers.assign(**scores, segment=model.predict(customers))
    elif isinstance(model, NearestCentre) and result.labels.dtype.kind != "i":
        labels = by_column(data, result.inputs["method"], customers.index).labels
        there = np.array([label is not None for label in labels])
        customers = customers[there].assign(segment=labels[there])
    else:
        customers = customers.assign(segment=result.pipeline.predict(customers))
    places = result.map.project(result.scale.transform(customers[list(result.features)]))
    customers = customers.assign(pc1=places[:, 0], pc2=places[:, 1])
    return customers[list(result.customers.columns)]


def _measured(result: Segmentation, data: Transactions | Customers) -> pd.DataFrame:
    if isinstance(data, Transactions):
        return customer_measures(data, result.as_of)[0]
    made = {"segment", "pc1", "pc2"}
    return raw_columns(data, [name for name in result.customers.columns if name not in made])

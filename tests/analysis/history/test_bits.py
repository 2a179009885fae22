"""Yes or no of many rows."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from crm_widgets.analysis.history.bits import Bits


def test_parts_that_share_a_byte_are_put_beside_each_other_by_threads():
    expected = np.random.default_rng(0).random(30_011) < 0.5
    found = Bits(expected.size)
    starts = range(0, expected.size, 11)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda lo: found.put(lo, expected[lo : lo + 11]), starts))
    for rows in (slice(None), slice(0, 0), slice(3, 8), slice(7, 30_000), slice(30_000, 99_999)):
        np.testing.assert_array_equal(found[rows], expected[rows])

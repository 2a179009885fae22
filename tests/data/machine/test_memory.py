"""Memory that is given back to the system."""

import multiprocessing

import numpy as np
import pytest

from crm_widgets.data.machine import memory
from crm_widgets.data.machine.memory import MANY, OWN, give_back, own_pages


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32, np.float64])
@pytest.mark.parametrize("size", [0, 8, OWN, 3 * OWN + 8])
def test_room_is_empty_and_can_be_written_to(size, dtype):
    n = size // np.dtype(dtype).itemsize
    found = own_pages(n, dtype)
    assert found.shape == (n,)
    assert found.dtype == dtype
    assert not found.any()
    found[:] = 1
    assert found.all()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_is_forked_writes_to_pages_of_its_own():
    found = own_pages(OWN, np.uint8)
    child = multiprocessing.get_context("fork").Process(target=found.fill, args=(7,))
    child.start()
    child.join()
    assert child.exitcode == 0
    assert not found.any()


def test_memory_is_asked_for_after_work_on_many_rows_only(monkeypatch):
    asked = []
    monkeypatch.setattr(memory, "_trim", lambda: asked.append)
    give_back(MANY - 1)
    assert not asked
    give_back(MANY)
    assert asked == [0]

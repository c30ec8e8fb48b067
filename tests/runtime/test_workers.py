"""Tests of `map_processes`: items are expressions, and the function is `eval`.

Any process can import that function.
"""

import itertools
import multiprocessing
import os
import time

import pytest

from sdmvae.runtime.workers import Crashed, map_processes, processors

QUIT = "__import__('os')._exit(3)"
SEGFAULT = (
    "(__import__('resource').setrlimit(__import__('resource').RLIMIT_CORE, (0, 0)),"
    " __import__('ctypes').string_at(0))"
)


def outcomes(items, processes):
    return [
        "crashed" if isinstance(result, Crashed) else result
        for _, result in map_processes(eval, items, processes)
    ]


def test_results_come_in_the_order_of_the_items():
    slow = "__import__('time').sleep(0.2) or 'slow'"
    items = [slow, *(f"{number} ** 2" for number in range(1, 12))]
    found = list(map_processes(eval, items, 2))
    assert [item for item, _ in found] == items
    assert [result for _, result in found] == ["slow", *(n**2 for n in range(1, 12))]


def test_without_items_there_are_no_results():
    assert list(map_processes(eval, [], 2)) == []


def test_work_is_done_in_other_processes():
    (found,) = outcomes(["__import__('os').getpid()"], 1)
    assert found != os.getpid()


def test_there_is_at_least_one_processor():
    assert processors() >= 1


@pytest.mark.parametrize("death", [QUIT, SEGFAULT], ids=["quits", "segmentation fault"])
def test_a_worker_that_dies_costs_only_its_item(death):
    items = ["1", "2", death, "4", "5", "6", "7"]
    assert outcomes(items, 2) == [1, 2, "crashed", 4, 5, 6, 7]


def test_several_workers_may_die_also_for_the_first_and_last_item():
    assert outcomes([QUIT, "2", QUIT, "4", QUIT], 1) == ["crashed", 2, "crashed", 4, "crashed"]


def test_the_result_of_a_crash_says_what_happened():
    ((item, result),) = map_processes(eval, [QUIT], 1)
    assert item == QUIT
    assert isinstance(result, Crashed)
    assert "died" in str(result)


def test_a_worker_that_dies_between_two_results_costs_only_its_item():
    items = ["1", QUIT, *map(str, range(3, 12))]
    found = []
    for _, result in map_processes(eval, items, 1):
        if not found:
            _wait_until(lambda: not multiprocessing.active_children())
        found.append("crashed" if isinstance(result, Crashed) else result)
    assert found == [1, "crashed", *range(3, 12)]


def _wait_until(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("the processes still run")


def test_an_exception_is_raised_in_its_turn_and_no_process_is_left():
    found = []
    with pytest.raises(ZeroDivisionError, match="division"):
        for _, result in map_processes(eval, ["1", "1 / 0", "3"], 2):
            found.append(result)
    assert found == [1]
    assert not multiprocessing.active_children()


def test_an_exception_does_not_wait_for_the_other_items():
    start = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        list(map_processes(eval, ["1 / 0", "__import__('time').sleep(600)"], 2))
    assert time.monotonic() - start < 60
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("processes", [1, 2])
def test_only_a_few_items_are_taken_ahead(processes):
    drawn = []

    def endless():
        for number in itertools.count():
            drawn.append(number)
            yield str(number)

    results = map_processes(eval, endless(), processes)
    assert drawn == []
    for done in range(1, 4):
        assert next(results) == (str(done - 1), done - 1)
        assert done <= len(drawn) <= done + 4 * processes
    results.close()
    assert not multiprocessing.active_children()

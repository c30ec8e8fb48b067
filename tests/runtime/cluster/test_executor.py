"""Work on a cluster of real processes, and what happens when some of them end."""

import os
import shutil
import signal
import subprocess

import pytest

from tests.support.cluster import Cluster, alive
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

QUIT = "__import__('os')._exit(3)"
# A worker that sees another folder in the place of the project. Only root may mount one.
OTHER_FOLDER = 'mount -t tmpfs none "$0" && exec "$@"'


def can_mount() -> bool:
    command = ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt"]
    return shutil.which("unshare") is not None and not subprocess.run(command).returncode


@pytest.fixture
def cluster(tmp_path):
    with Cluster(tmp_path / "cluster", workers=2) as cluster:
        yield cluster


def test_items_results_crashes_and_exceptions_are_those_of_local_processes(cluster, folder):
    body = f"""
items = ["1", "2", {QUIT!r}, "4", "__import__('os').getcwd()", *map(str, range(20))]
print([str(result) for _, result in map_processes(eval, items)])
seen = []
try:
    for item, result in map_processes(eval, ["1", "1 / 0", "3"]):
        seen.append(result)
except ZeroDivisionError as error:
    print(seen, error)
print(run_one(eval, "print('a line', file=__import__('sys').stderr) or 7"))
print(list(map_processes(eval, [])))
"""
    on_cluster = folder.run(cluster.address, body)
    here = folder.run("", body)
    assert on_cluster == here
    assert here[0] == 0 and "'the process working on it died'" in here[1]
    assert here[2] == "a line\n"
    assert "Run out-of-band function" in cluster.log()


def test_an_item_that_kills_the_process_of_its_shard_costs_only_itself(cluster, folder):
    kill_parent = "__import__('os').kill(__import__('os').getppid(), 9)"
    body = f"""
items = [*map(str, range(6)), {kill_parent!r}, *map(str, range(6))]
print([str(result) for _, result in map_processes(eval, items)])
run_one(eval, {QUIT!r})
"""
    status, output, errors = folder.run(cluster.address, body)
    crash, numbers = eval(output)[6], eval(output)[:6] + eval(output)[7:]
    assert numbers == [*map(str, range(6))] * 2
    assert crash.startswith("work on shard: its process on tcp://127.0.0.1:")
    assert crash.endswith(" died (signal 9), 3 times")
    assert (status, errors.count("\n")) == (1, 1)
    assert errors.startswith("error: eval: its process on tcp://127.0.0.1:")
    assert errors.endswith(" died (exit 3), 3 times\n")


def test_the_work_is_done_in_processes_of_the_workers_with_the_pinned_arithmetic(cluster, folder):
    what = "(__import__('os').getppid(), __import__('os').environ['OMP_NUM_THREADS'])"
    status, output, errors = folder.run(cluster.address, f"print(run_one(eval, {what!r}))")
    assert (status, errors) == (0, "")
    parent, threads = eval(output)
    assert parent in [worker.pid for worker in cluster.workers]
    assert threads == "1"


def test_a_worker_that_is_killed_hands_over_and_leaves_no_process(cluster, folder):
    process = folder.start(cluster.address, f"print(run_one(eval, {folder.waiting_task()!r}))")
    wait_until(lambda: len(folder.started()) == 1)
    (first,) = folder.started()
    worker = parent_of(first)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: len(folder.started()) == 2)
    wait_until(lambda: not alive(first))
    assert parent_of(folder.started()[1]) != worker
    folder.let_go()
    assert process.communicate(timeout=300) == ("finished\n", "")


def test_a_worker_at_the_end_of_its_lifetime_hands_over(tmp_path, folder):
    with Cluster(tmp_path / "cluster") as cluster:
        cluster.add_worker("--lifetime", "20s")
        process = folder.start(cluster.address, f"print(run_one(eval, {folder.waiting_task()!r}))")
        wait_until(lambda: len(folder.started()) == 1)
        cluster.add_worker()
        wait_until(lambda: len(folder.started()) == 2)
        wait_until(lambda: not alive(folder.started()[0]))
        folder.let_go()
        assert process.communicate(timeout=300) == ("finished\n", "")


def test_a_worker_that_joins_late_gets_work(tmp_path, folder):
    with Cluster(tmp_path / "cluster") as cluster:
        both = f"""
from sdmvae.runtime.cluster.mapping import open_executor
executor = open_executor()
futures = [executor.submit(eval, {folder.waiting_task()!r}) for _ in range(2)]
print([future.result() for future in futures])
"""
        process = folder.start(cluster.address, both)
        cluster.add_worker()
        wait_until(lambda: len(folder.started()) == 1)
        cluster.add_worker()
        wait_until(lambda: len(folder.started()) == 2)
        folder.let_go()
        assert process.communicate(timeout=300) == ("['finished', 'finished']\n", "")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_tasks_of_a_client_end_with_it(cluster, folder, number):
    process = folder.start(cluster.address, f"run_one(eval, {folder.waiting_task()!r})")
    wait_until(lambda: len(folder.started()) == 1)
    process.send_signal(number)
    output = process.communicate(timeout=300)
    expected = (130, ("", "interrupted\n")) if number == signal.SIGINT else (-number, ("", ""))
    assert (process.returncode, output) == expected
    wait_until(lambda: not alive(folder.started()[0]))
    assert len(folder.started()) == 1
    # The workers are free for the next client.
    assert folder.run(cluster.address, "print(run_one(eval, '1 + 1'))") == (0, "2\n", "")


def test_a_scheduler_that_is_started_again_gets_the_tasks_again(cluster, folder):
    process = folder.start(cluster.address, f"print(run_one(eval, {folder.waiting_task()!r}))")
    wait_until(lambda: len(folder.started()) == 1)
    os.kill(cluster.scheduler.pid, signal.SIGKILL)
    cluster.scheduler.wait()
    # A worker ends when its scheduler is gone, and takes its processes with it.
    wait_until(lambda: not alive(folder.started()[0]))
    cluster.start_scheduler()
    cluster.add_worker()
    wait_until(lambda: len(folder.started()) == 2)
    folder.let_go()
    assert process.communicate(timeout=300) == ("finished\n", "")


def test_a_scheduler_that_does_not_come_back_is_an_error_in_one_line(cluster, folder):
    process = folder.start(cluster.address, f"run_one(eval, {folder.waiting_task()!r})", patience=3)
    wait_until(lambda: len(folder.started()) == 1)
    os.kill(cluster.scheduler.pid, signal.SIGKILL)
    output, errors = process.communicate(timeout=300)
    assert (process.returncode, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"error: the scheduler at {cluster.address} does not answer any more")


def test_without_any_worker_there_is_an_error_in_one_line(tmp_path, folder):
    with Cluster(tmp_path / "cluster") as cluster:
        status, output, errors = folder.run(cluster.address, "run_one(eval, '1')", patience=1)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"error: the scheduler at {cluster.address} has no worker, for 1 s")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("somewhere", "'somewhere': give the address of a scheduler, such as tcp://host:8786"),
        ("tcp://127.0.0.1:1", "no scheduler of Dask answers at tcp://127.0.0.1:1: "),
    ],
)
def test_a_bad_address_is_an_error_in_one_line(folder, address, reason):
    status, output, errors = folder.run(address, "run_one(eval, '1')")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert errors.startswith(f"error: SDMVAE_SCHEDULER: {reason}")


def test_without_dask_there_is_an_error_in_one_line_but_only_with_an_address(folder):
    body = "sys.modules['distributed'] = None\nprint(run_one(eval, '1'))"
    assert folder.run("", body) == (0, "1\n", "")
    status, output, errors = folder.run("tcp://127.0.0.1:1", body)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "the package distributed is not installed: run `make cluster`" in errors


@pytest.mark.skipif(not can_mount(), reason="no folder can be mounted here")
def test_a_worker_that_does_not_see_the_folder_is_refused_and_the_others_work(tmp_path, folder):
    command = ["unshare", "-m", "sh", "-c", OTHER_FOLDER]
    map_some = "print(len(list(map_processes(eval, ['1'] * 20))))"
    with Cluster(tmp_path / "cluster") as cluster:
        cluster.add_worker(prefix=[*command, str(folder.path)])
        cluster.wait_for_workers(1)
        status, output, errors = folder.run(cluster.address, map_some)
        assert (status, output) == (1, "")
        refusal, error = errors.splitlines()
        assert refusal.startswith("cluster: worker tcp://127.0.0.1:")
        assert refusal.endswith(f" is refused: it does not see the project in {folder.path}")
        assert error.startswith(f"error: the scheduler at {cluster.address} has no worker that can")
        cluster.add_worker()
        cluster.wait_for_workers(2)
        status, output, errors = folder.run(cluster.address, map_some)
        assert (status, output, errors) == (0, "20\n", refusal + "\n")


def test_a_worker_with_another_version_is_refused_also_if_it_joins_late(cluster, folder):
    # The client takes another version for its own: a worker cannot be given one so easily.
    body = """
from sdmvae.runtime.cluster import executor, facts
facts.mark_folder()
real = facts.gather()
if LATE:
    opened = executor.ClusterExecutor(__import__("os").environ["SDMVAE_SCHEDULER"])
    opened._facts = {**real, "numpy": "0.1"}
    opened.submit(eval, "1").result()
else:
    facts.gather = lambda: {**real, "numpy": "0.1"}
    run_one(eval, "1")
"""
    status, output, errors = folder.run(cluster.address, body.replace("LATE", "False"))
    assert (status, output) == (1, "")
    *refusals, error = errors.splitlines()
    assert [line.partition(" is refused: ")[2] for line in refusals] == [
        f"its numpy is {version}, and not 0.1" for version in [numpy_version()] * 2
    ]
    assert "its numpy is" in error
    status, output, errors = folder.run(cluster.address, body.replace("LATE", "True"), patience=3)
    *refusals, error = errors.splitlines()
    assert (status, len(refusals)) == (1, 2)
    assert "has no worker that can be used" in error


def test_a_file_that_only_the_client_sees_is_not_left_out_in_silence(cluster, folder, tmp_path):
    body = f"""
from sdmvae.runtime.cluster import executor
from pathlib import Path
path = Path({str(tmp_path / "absent")!r})
executor._paths = lambda value: [type("Seen", (type(path),), {{"exists": lambda self: True}})(path)]
run_one(eval, "1")
"""
    status, _, errors = folder.run(cluster.address, body, patience=3)
    assert status == 1
    assert f"it does not see {tmp_path / 'absent'}" in errors


def numpy_version() -> str:
    from importlib import metadata

    return metadata.version("numpy")


def parent_of(process: int) -> int:
    with open(f"/proc/{process}/stat") as file:  # noqa: PTH123
        return int(file.read().rpartition(")")[2].split()[1])

"""A lock on a folder between processes."""

import threading

from sdmvae.runtime.locks import hold_lock


def test_the_lock_makes_its_folder_and_can_be_taken_again(tmp_path, capsys):
    path = tmp_path / "deep/er/lock"
    for _ in range(2):
        with hold_lock(path) as lock:
            assert not lock.closed
    assert path.exists()
    assert capsys.readouterr().out == ""


def test_a_second_holder_says_that_it_waits_and_comes_after_the_first(tmp_path, capsys):
    path, order = tmp_path / "lock", []

    def second() -> None:
        with hold_lock(path):
            order.append("second")

    thread = threading.Thread(target=second)
    with hold_lock(path):
        thread.start()
        while not capsys.readouterr().out.endswith("waiting\n"):
            thread.join(0.01)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]

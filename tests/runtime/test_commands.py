"""Programs that are run for their answer."""

import os

import pytest

from sdmvae.runtime.commands import CommandError, forget_git_variables, run


def test_the_answer_is_what_the_program_prints(tmp_path):
    answer = run("sh", "-c", "cat; echo $COLOUR; pwd", folder=tmp_path, stdin="in ")
    assert answer.split() == ["in", str(tmp_path)]
    assert run("sh", "-c", "echo $A", folder=tmp_path, environment={"A": "b"}) == "b\n"


@pytest.mark.parametrize(
    ("script", "reason"),
    [("echo one >&2; echo two >&2; exit 3", "two"), ("exit 3", "exit status 3")],
)
def test_a_program_that_fails_is_named_with_its_last_line(tmp_path, script, reason):
    with pytest.raises(CommandError) as caught:
        run("sh", "-c", script, folder=tmp_path)
    message = str(caught.value)
    assert message.startswith("`sh -c ") and message.endswith(f"in {tmp_path}: {reason}")


def test_the_variables_of_a_hook_of_git_are_forgotten(monkeypatch):
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_AUTHOR_NAME"):
        monkeypatch.setenv(name, "elsewhere")
    forget_git_variables()
    assert "GIT_DIR" not in os.environ and "GIT_INDEX_FILE" not in os.environ
    assert os.environ["GIT_AUTHOR_NAME"] == "elsewhere"

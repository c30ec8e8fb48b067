"""What a worker is compared by: code, versions, processor, folder."""

import shutil
import sys
from importlib import metadata

import pytest

from sdmvae.runtime.cluster import facts
from tests.support import PROJECT


@pytest.fixture
def project(tmp_path, monkeypatch):
    for place, text in {
        "sdmvae/a.py": "a = 1\n",
        "sdmvae/words.txt": "one two\n",
        "sdmvae/__pycache__/a.pyc": "not code",
        "stages/b.py": "b = 1\n",
        "requirements-numeric.lock": "# remark\nnumpy==0.0.1\nno-such-package==1.0\n",
    }.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    monkeypatch.chdir(tmp_path)
    facts.mark_folder()
    return tmp_path


def test_the_versions_are_those_that_are_installed_and_the_code_is_all_of_it(project):
    found = facts.gather()
    assert found["numpy"] == metadata.version("numpy")
    assert found["no-such-package"] == "absent"
    assert found["Python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    code = {name for name in found if "/" in name}
    assert code == {"sdmvae/a.py", "sdmvae/words.txt", "stages/b.py"}


def test_the_same_folder_has_no_difference_and_a_copy_is_another_one(project, monkeypatch):
    here = facts.gather()
    facts.mark_folder()
    assert facts.find_difference(facts.gather(), here) == ""
    copy = project.parent / "copy"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("tmp"))
    monkeypatch.chdir(copy)
    assert "project folder is another one" in facts.find_difference(facts.gather(), here)
    facts.mark_folder()
    assert "project folder is another one" in facts.find_difference(facts.gather(), here)


def test_a_difference_names_the_file_or_both_versions(project):
    here = facts.gather()
    (project / "sdmvae/a.py").write_text("a = 2\n")
    assert facts.find_difference(facts.gather(), here) == "its sdmvae/a.py is not the same"
    (project / "sdmvae/a.py").write_text("a = 1\n")
    (project / "stages/c.py").write_text("c = 1\n")
    assert facts.find_difference(facts.gather(), here) == "its stages/c.py is not the same"
    (project / "stages/c.py").unlink()
    assert facts.find_difference({**here, "numpy": "0.1"}, here) == (
        f"its numpy is 0.1, and not {here['numpy']}"
    )


def test_every_lock_file_that_changes_results_of_tasks_is_known():
    assert all((PROJECT / lock).exists() for lock in facts.LOCKS)


def test_a_digest_of_facts_does_not_depend_on_their_order(project):
    found = facts.gather()
    assert facts.summarise(found) == facts.summarise(dict(reversed(found.items())))
    assert facts.summarise(found) != facts.summarise({**found, "numpy": "0.1"})

"""A run that is saved as an experiment: a reference of git in the form that DVC uses."""

import pytest

from sdmvae.presets.experiment import save
from sdmvae.presets.run_folder import bring


@pytest.fixture
def finished(project, run):
    """Return a run with results, a file of the user, and a project that is not as committed."""
    project.write(code__model_py="edited\n", code__new_py="new\n")
    bring(project.root, run.root, {"params.yaml": "train: 1\n"})
    run.write(
        dvc_lock="schema: '2.0'\nstages: {a: {cmd: a}}\n",
        metrics__sdm_json="2\n",
        data__weights_tmp="ignored\n",
        notes_txt="mine\n",
    )
    (run.root / "metrics/vae.json").unlink()
    return run


def experiments(project):
    """Return the commit of each experiment on the last commit of a project, by its name."""
    head = project.git("rev-parse", "HEAD")
    lines = project.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/exps")
    pairs = [line.split() for line in lines.splitlines()]
    prefix = f"refs/exps/{head[:2]}/{head[2:]}/"
    assert all(reference.startswith(prefix) for reference, _ in pairs)
    return {reference.removeprefix(prefix): commit for reference, commit in pairs}


def parameters(project, name):
    return project.git("show", f"{experiments(project)[name]}:params.yaml")


def test_an_experiment_has_the_code_the_parameters_and_the_results(project, finished):
    status = project.git("status", "--porcelain")
    assert save(project.root, finished.root, "trial") is None
    commit = experiments(project)["trial"]
    assert project.git("rev-parse", f"{commit}^") == project.git("rev-parse", "HEAD")
    listed = project.git("ls-tree", "-r", "--name-only", commit).splitlines()
    assert set(listed) == {
        ".gitignore",
        "params.yaml",
        "code/model.py",
        "code/new.py",
        "dvc.lock",
        "metrics/sdm.json",
    }
    assert project.git("show", f"{commit}:code/model.py") == "edited"
    assert project.git("show", f"{commit}:dvc.lock") == finished.read("dvc.lock").rstrip()
    assert project.git("status", "--porcelain") == status
    assert project.git("branch", "--list") == "* main"
    assert not (project.root / ".git/FETCH_HEAD").exists()


def test_the_index_of_the_run_stays_as_it_is(project, finished):
    status = finished.git("status", "--porcelain")
    save(project.root, finished.root, "trial")
    assert finished.git("status", "--porcelain") == status


def test_a_run_with_the_same_parameters_replaces_its_experiment(project, finished):
    save(project.root, finished.root, "trial")
    finished.write(metrics__sdm_json="3\n")
    assert save(project.root, finished.root, "trial") is None
    commit = experiments(project).pop("trial")
    assert project.git("show", f"{commit}:metrics/sdm.json") == "3"


def test_an_experiment_with_other_parameters_is_kept_under_another_name(project, finished):
    kept = []
    for value in range(3):
        bring(project.root, finished.root, {"params.yaml": f"train: {value}\n"})
        kept.append(save(project.root, finished.root, "trial"))
    assert kept == [None, "trial-1", "trial-2"]
    names = ("trial-1", "trial-2", "trial")
    assert [parameters(project, name) for name in names] == ["train: 0", "train: 1", "train: 2"]


def test_no_user_of_git_is_needed_and_one_that_is_there_is_named(project, finished, monkeypatch):
    for role in ("AUTHOR", "COMMITTER"):
        for key in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{key}")
    project.git("config", "user.useConfigOnly", "true")
    save(project.root, finished.root, "nobody")
    project.git("config", "user.name", "Ann Other")
    project.git("config", "user.email", "ann@example.org")
    save(project.root, finished.root, "somebody")
    commits = experiments(project)
    authors = {
        name: project.git("show", "-s", "--format=%an <%ae>", commit)
        for name, commit in commits.items()
    }
    assert authors["somebody"] == "Ann Other <ann@example.org>"
    assert authors["nobody"] == "sdmvae <sdmvae@localhost>"

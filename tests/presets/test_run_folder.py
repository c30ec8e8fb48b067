"""The folder of a run has the files of the working tree, and loses none of its own."""

import shutil

import pytest

from sdmvae.presets import run_folder
from sdmvae.presets.run_folder import RunFolderError, bring, list_files
from sdmvae.runtime.commands import CommandError
from tests.support.stage_runs import tree

PARAMS = "corpus: {root: /speech}\n"


def prepare(project, run, text=PARAMS):
    bring(project.root, run.root, {"params.yaml": text})


def files(run):
    """Return the files of a run that are not git's, with their contents."""
    paths = (path for path in run.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(run.root).as_posix(): path.read_text() for path in paths}


def test_a_run_has_the_working_tree_with_edits_and_new_files(project, run):
    project.write(code__model_py="second = 2\n", code__new_py="new\n", left_tmp="ignored\n")
    (project.root / "code/program").write_text("#!/bin/sh\n")
    (project.root / "code/program").chmod(0o755)
    (project.root / "code/link").symlink_to("model.py")
    prepare(project, run)
    assert files(run) == {
        ".gitignore": project.read(".gitignore"),
        "params.yaml": PARAMS,
        "code/model.py": "second = 2\n",
        "code/new.py": "new\n",
        "code/program": "#!/bin/sh\n",
        "code/link": "second = 2\n",
        "dvc.lock": project.read("dvc.lock"),
        "metrics/vae.json": "1\n",
    }
    assert (run.root / "code/program").stat().st_mode & 0o111
    assert (run.root / "code/link").is_symlink()
    assert run.git("rev-parse", "HEAD") == project.git("rev-parse", "HEAD")
    assert project.read("params.yaml") == "corpus: {}\n"
    assert project.git("status", "--porcelain").splitlines() == [
        " M code/model.py",
        "?? code/link",
        "?? code/new.py",
        "?? code/program",
    ]


def test_the_folder_follows_the_project_and_keeps_its_results_and_files_of_the_user(project, run):
    project.write(code__old_py="old\n")
    prepare(project, run)
    run.write(
        dvc_lock="schema: '2.0'\nstages: {a: {cmd: a}}\n",
        metrics__sdm_json="2\n",
        data__weights_bin="3\n",
        notes_txt="mine\n",
        code__mine_py="mine\n",
    )
    (run.root / "metrics/vae.json").unlink()  # as of a cell that this run does not have
    (project.root / "code/old.py").unlink()
    project.write(
        code__model_py="later\n", dvc_lock="schema: '2.0'\nstages: {b: {cmd: b}}\n", new_py="\n"
    )
    head = project.commit()
    before = files(run)
    prepare(project, run, "corpus: {root: /elsewhere}\n")
    changed = {"code/model.py": "later\n", "new.py": "\n", "params.yaml": files(run)["params.yaml"]}
    assert files(run) == {
        name: text for name, text in (before | changed).items() if name != "code/old.py"
    }
    assert files(run)["params.yaml"] == "corpus: {root: /elsewhere}\n"
    assert run.git("rev-parse", "HEAD") == head


def test_files_that_are_the_same_are_not_written_again(project, run):
    prepare(project, run)
    times = {path: path.stat().st_mtime_ns for path in run.root.glob("*") if path.is_file()}
    prepare(project, run)
    assert times == {path: path.stat().st_mtime_ns for path in times}


@pytest.mark.parametrize("name", ["params.yaml", "code/model.py"])
def test_an_edit_in_the_folder_is_not_overwritten(project, run, name):
    prepare(project, run)
    (run.root / name).write_text("edited\n")
    with pytest.raises(RunFolderError, match=rf"{name}: was changed there.*RUN=name$"):
        prepare(project, run)
    assert run.read(name) == "edited\n"
    (run.root / name).unlink()
    prepare(project, run)
    assert run.read(name) != "edited\n"


def test_a_file_of_the_user_is_not_replaced_by_one_that_the_project_gets(project, run):
    prepare(project, run)
    run.write(code__new_py="mine\n")
    project.write(code__new_py="of the project\n")
    with pytest.raises(RunFolderError, match=r"code/new.py: was changed there"):
        prepare(project, run)
    assert run.read("code/new.py") == "mine\n"


def test_a_file_that_the_project_loses_stays_if_it_was_edited_in_the_folder(project, run):
    project.write(code__old_py="old\n")
    prepare(project, run)
    run.write(code__old_py="edited\n")
    (project.root / "code/old.py").unlink()
    prepare(project, run)
    assert run.read("code/old.py") == "edited\n"


@pytest.mark.parametrize("copies", range(6))
def test_a_call_that_was_interrupted_is_made_good_by_the_next(project, run, monkeypatch, copies):
    """The project changes again before the next call, at first or later."""
    copy, done = run_folder._copy, []

    def interrupted(source, target):
        if len(done) == copies:
            raise KeyboardInterrupt
        done.append(target)
        copy(source, target)

    for text in ("second\n", "third\n"):
        project.write(code__model_py=text, code__other_py=text)
        done.clear()
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(run_folder, "_copy", interrupted)
            prepare(project, run)
            raise KeyboardInterrupt  # fewer files were left to copy
        (run.root / ".git/index.lock").touch()
    project.write(code__model_py="fourth\n")
    prepare(project, run)
    assert run.read("code/model.py") == "fourth\n"
    assert run.read("code/other.py") == "third\n"
    assert {"dvc.lock", "metrics/vae.json"} <= tree(run.root)


@pytest.mark.parametrize("torn", ["stages: {", "stages:\n  a:\n    outs:\n    - path: a\n", "1"])
def test_a_lock_file_that_is_cut_off_is_replaced(project, run, torn):
    prepare(project, run)
    run.write(dvc_lock=torn)
    prepare(project, run)
    assert run.read("dvc.lock") == project.read("dvc.lock")


def test_a_corpus_in_the_project_is_not_copied_by_accident(project, run, monkeypatch):
    monkeypatch.setattr(run_folder, "MOST_UNTRACKED", 10_000)
    project.write(speech__a_wav="x" * 6000, speech__b_wav="x" * 7000)
    with pytest.raises(RunFolderError, match=r"speech/b.wav: git neither tracks nor ignores"):
        prepare(project, run)
    assert not run.root.exists()


def test_names_of_all_kinds_are_listed(project):
    names = ["ä ö.txt", "a\nb", '"quoted"', "-q"]
    for name in names:
        (project.root / name).touch()
    assert set(names) <= set(list_files(project.root))


def test_a_worktree_of_git_is_a_project_as_well(project, tmp_path):
    project.git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other")
    other = type(project)(tmp_path / "tree")
    other.write(code__model_py="other\n")
    head = other.commit()
    run = type(project)(other.root / "runs/trial")
    prepare(other, run)
    assert run.read("code/model.py") == "other\n"
    assert run.git("rev-parse", "HEAD") == head != project.git("rev-parse", "HEAD")


def test_a_project_without_a_commit_is_refused(project, run):
    shutil.rmtree(project.root / ".git")
    project.git("init", "-q")
    with pytest.raises(CommandError, match="git rev-parse") as caught:
        prepare(project, run)
    assert "\n" not in str(caught.value)
    assert not run.root.exists()

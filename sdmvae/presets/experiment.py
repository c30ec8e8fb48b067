"""A run becomes an experiment of DVC in the project, without any change of its files.

An experiment of DVC is a commit on top of the last commit of the project, at a reference
refs/exps/<two digits of that commit>/<the other digits>/<name>. `dvc exp save` makes the same, but
takes the changes out of the folder for some seconds, and needs a user name in the settings of git.
"""

import re
import tempfile
from pathlib import Path

from sdmvae.presets.run_folder import LOCK, METRICS, brought_files
from sdmvae.runtime.commands import CommandError, run

PARAMS = "params.yaml"


def save(project: Path, folder: Path, name: str) -> str | None:
    """Save a run as an experiment of DVC in the project.

    An experiment that has this name and the same params.yaml is replaced. One with other
    parameters is kept under a new name, with a number at its end.

    Args:
        project: The root of the project.
        folder: The folder of the run.
        name: The name of the experiment.

    Returns:
        The new name of an earlier experiment that was kept; None if there was none.

    Raises:
        CommandError: git fails.
    """
    baseline = run("git", "rev-parse", "HEAD", folder=folder).strip()
    namespace = f"refs/exps/{baseline[:2]}/{baseline[2:]}"
    commit = _commit(project, folder, baseline, name)
    run("git", "update-ref", f"{namespace}/{name}", commit, folder=folder)
    existing = _experiments(project, namespace)
    kept = None
    if name in existing and _parameters(project, existing[name]) != _parameters(folder, commit):
        kept = next(
            other
            for number in range(1, len(existing) + 2)
            if (other := f"{name}-{number}") not in existing
        )
        run("git", "update-ref", f"{namespace}/{kept}", existing[name], folder=project)
    options = ("-q", "--no-tags", "--no-write-fetch-head")
    reference = f"+{namespace}/{name}:{namespace}/{name}"
    run("git", "fetch", *options, folder.resolve(), reference, folder=project)
    return kept


def _commit(project: Path, folder: Path, baseline: str, name: str) -> str:
    """Return a commit of the files of a run that are no user's, on top of its baseline."""
    with tempfile.TemporaryDirectory(prefix="sdmvae-") as scratch:
        # The index that DVC and a user see stays as it is.
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        run("git", "read-tree", baseline, folder=folder, environment=index)
        tracked = run("git", "ls-files", "-z", folder=folder, environment=index).split("\0")
        metrics = (path for path in (folder / METRICS).rglob("*") if path.is_file())
        results = [LOCK, *(path.relative_to(folder).as_posix() for path in metrics)]
        names = {*filter(None, tracked), *brought_files(folder), *results}
        listed = "".join(f"{name}\0" for name in sorted(names))
        update = ("git", "update-index", "--add", "--remove", "-z", "--stdin")
        run(*update, folder=folder, stdin=listed, environment=index)
        tree = run("git", "write-tree", folder=folder, environment=index).strip()
    command = ("git", "commit-tree", tree, "-p", baseline, "-m", f"Experiment {name}")
    return run(*command, folder=folder, environment=_identity(project)).strip()


def _identity(project: Path) -> dict[str, str]:
    """Return variables with the name of the user of git; if there is none, that of the project."""
    try:
        answer = run("git", "var", "GIT_COMMITTER_IDENT", folder=project)
    except CommandError:
        answer = "sdmvae <sdmvae@localhost>"
    match = re.match(r"(.*) <(.*)>", answer)
    user, email = match.groups() if match else ("sdmvae", "sdmvae@localhost")
    return {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", user), ("EMAIL", email))
    }


def _experiments(project: Path, namespace: str) -> dict[str, str]:
    """Return the commit of each experiment on a baseline by its name."""
    form = "--format=%(objectname) %(refname:lstrip=4)"
    lines = run("git", "for-each-ref", form, namespace, folder=project).splitlines()
    return {name: commit for commit, _, name in (line.partition(" ") for line in lines)}


def _parameters(folder: Path, commit: str) -> str:
    return run("git", "ls-tree", commit, PARAMS, folder=folder)

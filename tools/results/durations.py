"""Collect from the logs of runs how long their stages took.

    python -m tools.results.durations NAME=LOG[,LOG...]...

NAME is what the page calls a run, and a LOG is what its stages printed, such as the output of make.
The file is docs/results/durations.json. Runs that it has under other names stay in it. The seconds
are those of the machine that ran the stages.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.results import json_file
from tools.results.formatting import table

STAGES = ("train", "resynthesize", "score")
# As in "score vae-m32-0: 45 utterances, pesq 3.28, 18.6 s -> data/scores/vae-m32/0".
ENDED = re.compile(rf"^({'|'.join(STAGES)}) \S+: .*?, ([\d.]+) s -> ", re.MULTILINE)

Durations = dict[str, dict[str, float]]


def main() -> None:
    """Write the file, and say what it has."""
    found = {}
    for argument in sys.argv[1:]:
        name, _, logs = argument.partition("=")
        found[name] = add_up(Path(log).read_text(encoding="utf-8") for log in logs.split(","))
    found = {**(json_file.read("durations") or {}), **found}
    json_file.write("durations", found)
    for name, durations in found.items():
        print(f"{name}: {describe_hours(durations)}")


def add_up(logs: Iterable[str]) -> Durations:
    """Return by stage how often it ended in the logs (``count``), and its ``seconds`` in all."""
    durations: Durations = {stage: {"count": 0, "seconds": 0.0} for stage in STAGES}
    for log in logs:
        for stage, seconds in ENDED.findall(log):
            durations[stage]["count"] += 1
            durations[stage]["seconds"] = round(durations[stage]["seconds"] + float(seconds), 1)
    return durations


def add_runs(runs: Mapping[str, Durations]) -> Durations:
    """Return how often each stage ended in all runs, and its seconds in all."""
    return {
        stage: {
            name: round(sum(durations[stage][name] for durations in runs.values()), 1)
            for name in ("count", "seconds")
        }
        for stage in STAGES
    }


def hours_table(runs: Mapping[str, Durations]) -> str:
    """Return a table with the trainings and the hours of each run, and of all."""
    header = ["run", "trainings", "hours of training", "hours of resynthesis and scores"]
    rows = [
        [name, *_format(durations)] for name, durations in (*runs.items(), ("all", add_runs(runs)))
    ]
    return table(header, rows)


def describe_hours(durations: Durations) -> str:
    """Return the number of trainings, and the hours of them and of the other stages."""
    count, train, rest = _format(durations)
    return f"{count} trainings in {train} hours, and {rest} hours of resynthesis and scores"


def _format(durations: Durations) -> tuple[str, str, str]:
    """Return the number of trainings, their hours, and the hours of the other stages."""
    train, *others = (durations[stage] for stage in STAGES)
    rest = sum(other["seconds"] for other in others)
    return f"{train['count']:.0f}", f"{train['seconds'] / 3600:.1f}", f"{rest / 3600:.1f}"


if __name__ == "__main__":
    main()

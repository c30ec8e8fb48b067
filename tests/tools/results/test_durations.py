"""How long stages took, from what they printed."""

import json
import sys

from tools.results import durations as command
from tools.results import json_file
from tools.results.durations import add_up, describe_hours, hours_table

LOG = """\
train vae-m4: 3/20 epoch [00:27, 02:25 left, validation loss -1239.25]
train vae-m4-0: best epoch 18 of 20, validation loss -1.5 nats per frame, 1800.5 s -> data/models
Updating lock file 'dvc.lock'
resynthesize vae-m4-0: 45 utterances, 11712 frames, 26.3 s -> data/resynthesis/vae-m4/0
score vae-m4-0: 45 utterances, pesq 1.83, estoi 0.74, 18.6 s -> data/scores/vae-m4/0
plots: curves, scores and spectrograms of 14 cells, 12.6 s -> data/plots
"""


def test_stages_of_cells_are_added_up_over_logs():
    durations = add_up([LOG, LOG, "nothing"])
    assert durations["train"] == {"count": 2, "seconds": 3601.0}
    assert durations["resynthesize"] == {"count": 2, "seconds": 52.6}
    assert durations["score"] == {"count": 2, "seconds": 37.2}


def test_hours_are_told():
    assert describe_hours(add_up([LOG, LOG])) == (
        "2 trainings in 1.0 hours, and 0.0 hours of resynthesis and scores"
    )


def test_the_table_has_each_run_and_all_of_them():
    table = hours_table({"one": add_up([LOG, LOG]), "two": add_up([LOG] * 4)})
    assert table.splitlines()[2:] == [
        "| one | 2 | 1.0 | 0.0 |",
        "| two | 4 | 2.0 | 0.0 |",
        "| all | 6 | 3.0 | 0.1 |",
    ]


def test_the_command_keeps_what_the_file_has_of_other_runs(tmp_path, monkeypatch, capsys):
    log = tmp_path / "log"
    log.write_text(LOG)
    monkeypatch.setattr(json_file, "RESULTS", tmp_path)
    for name in ("first", "second", "first"):
        monkeypatch.setattr(sys, "argv", ["durations", f"{name}={log},{log}"])
        command.main()
    written = json.loads((tmp_path / "durations.json").read_text())
    assert written == {"first": add_up([LOG, LOG]), "second": add_up([LOG, LOG])}
    assert "second: 2 trainings in 1.0 hours" in capsys.readouterr().out

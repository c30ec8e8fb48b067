"""What is read from the training curves of finished runs."""

import pandas as pd
import pytest

from tests.support.made_up_runs import vae
from tests.support.run_folders import write_run
from tools.results import curves


def curve(*losses):
    return pd.DataFrame(
        {
            "epoch": range(1, len(losses) + 1),
            "validation_loss": losses,
            "reconstruction": losses,
            "kl": 0.0,
        }
    )


@pytest.mark.parametrize(("loss", "epoch"), [(5.0, 1), (3.0, 2), (2.5, 4), (2.0, 4), (1.9, None)])
def test_the_first_epoch_at_or_below_a_loss(loss, epoch):
    assert curves.find_first_epoch(curve(4.0, 3.0, 3.5, 2.0), loss) == epoch


def test_the_best_epoch_and_its_loss_are_described_by_seed():
    described = curves.describe({0: curve(4.0, 1.0, 2.0), 5: curve(3.0)})
    assert described == {"epochs": [3, 1], "best": [2, 1], "loss": [1.0, 3.0]}


def test_a_run_passes_the_best_loss_of_another_seed_by_seed():
    base = {0: curve(4.0, 3.0, 3.5), 1: curve(5.0), 2: curve(0.0)}
    other = {1: curve(9.0, 5.0), 0: curve(3.1, 3.2, 2.9, 2.0)}
    assert curves.find_passes(base, other) == [3, 2]


def test_curves_are_read_by_seed(tmp_path):
    run = write_run(tmp_path / "run", [vae()], losses={"vae-m32": [3.0, 1.0]}, seeds=2)
    read = curves.read(run / "data", "vae-m32", [0, 1])
    assert [list(each["validation_loss"]) for each in read.values()] == [[3.0, 1.0]] * 2

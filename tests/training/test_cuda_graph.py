import torch

from sdmvae.training.cuda_graph import Replayed


class Recorder:
    """Records as a graph does: the function's work is done by launching it, and then only."""

    def __init__(self):
        self.recorded = []

    def __call__(self, function, batch):
        self.recorded.append(batch)
        result = torch.empty(())
        return result, lambda: result.copy_(function(batch))


def test_calls_give_what_the_function_gives_and_happen_once_each():
    seen, record = [], Recorder()

    def function(batch):
        seen.append(batch.clone())
        return batch.sum()

    replayed = Replayed(function, record)
    batches = [
        torch.full((size,), float(value)) for value, size in enumerate((3, 3, 2, 3, 2, 2, 3))
    ]
    for batch in batches:
        assert replayed(batch) == batch.sum()
    assert [each.tolist() for each in seen] == [each.tolist() for each in batches]
    assert [len(each) for each in record.recorded] == [3, 2]


def test_a_batch_is_left_as_it_was_and_not_held_on_to():
    replayed = Replayed(lambda batch: batch.mul_(2).sum(), Recorder())
    batch = torch.ones(2)
    replayed(batch)
    again = torch.ones(2)
    for _ in range(2):
        assert replayed(again) == 4
    assert again.tolist() == [1, 1]

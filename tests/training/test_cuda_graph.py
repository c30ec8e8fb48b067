import torch

from sdmvae.training.cuda_graph import Replayed


class Recorder:
    """Records as a CUDA graph does: the function runs only when the record is launched."""

    def __init__(self):
        self.recorded = []

    def __call__(self, function, batch):
        self.recorded.append(batch)
        result = torch.empty(())
        return result, lambda: result.copy_(function(batch))


def test_every_call_gives_what_the_function_gives_and_runs_it_once():
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
    assert [batch.tolist() for batch in seen] == [batch.tolist() for batch in batches]
    assert [len(batch) for batch in record.recorded] == [3, 2]


def test_a_recorded_call_does_not_change_the_batch():
    replayed = Replayed(lambda batch: batch.mul_(2).sum(), Recorder())
    replayed(torch.ones(2))
    batch = torch.ones(2)
    for _ in range(2):
        assert replayed(batch) == 4
    assert batch.tolist() == [1, 1]

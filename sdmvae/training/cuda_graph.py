"""Work that a CUDA device repeats: it is recorded once as a graph, then launched as one."""

from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]
Launch = Callable[[], None]
Record = Callable[[Function, torch.Tensor], tuple[torch.Tensor, Launch]]


class Replayed:
    """A function of a batch, recorded at its second call with a shape and replayed from then on.

    The function has to do the same work on every batch of a shape. What it changes has to be kept
    in tensors that stay where they are. Numbers of Python's that it reads are recorded as
    constants. The first call with a shape runs as it is, because libraries set themselves up then.
    """

    def __init__(self, function: Function, record: Record) -> None:
        """Wrap a function.

        Args:
            function: The function.
            record: It records a call of a function on a batch. It returns the tensor that every
                launch writes its result to, and the function that launches it.
        """
        self._function, self._record = function, record
        self._recorded: dict[torch.Size, tuple[torch.Tensor, torch.Tensor, Launch] | None] = {}

    def __call__(self, batch: torch.Tensor) -> torch.Tensor:
        """Return the function of the batch; the result is valid until the next call."""
        if batch.shape not in self._recorded:
            self._recorded[batch.shape] = None
            return self._function(batch)
        recorded = self._recorded[batch.shape]
        if recorded is None:
            held = batch.clone()
            recorded = (held, *self._record(self._function, held))
            self._recorded[batch.shape] = recorded
        held, result, launch = recorded
        held.copy_(batch)
        launch()
        return result


def graph(generator: torch.Generator) -> Record:
    """Return a `record` that makes CUDA graphs, for functions that draw from the generator."""

    def record(function: Function, batch: torch.Tensor) -> tuple[torch.Tensor, Launch]:
        recorded = torch.cuda.CUDAGraph()
        recorded.register_generator_state(generator)
        torch.cuda.synchronize()
        with torch.cuda.graph(recorded):
            result = function(batch)
        return result, recorded.replay

    return record

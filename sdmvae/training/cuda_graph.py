"""Work that a CUDA device repeats: recorded once as a graph, then launched as one."""

from collections.abc import Callable

import torch

Function = Callable[[torch.Tensor], torch.Tensor]
Launch = Callable[[], None]


class Replayed:
    """A function of a batch, whose work is recorded at its second call and replayed from then on.

    The function must do the same work on every batch of a shape, keep what it changes in tensors
    that stay where they are, and take nothing that changes from Python's numbers. The first call
    with a shape runs as it is, for libraries set themselves up in it.
    """

    def __init__(
        self,
        function: Function,
        record: Callable[[Function, torch.Tensor], tuple[torch.Tensor, Launch]],
    ) -> None:
        """`record` gives what a call on a batch will write its result to, and how to launch it."""
        self._function, self._record = function, record
        self._recorded: dict[torch.Size, tuple[torch.Tensor, torch.Tensor, Launch] | None] = {}

    def __call__(self, batch: torch.Tensor) -> torch.Tensor:
        """The function of `batch`; holds until the next call."""
        if batch.shape not in self._recorded:
            self._recorded[batch.shape] = None
            return self._function(batch)
        if self._recorded[batch.shape] is None:
            held = batch.clone()
            self._recorded[batch.shape] = (held, *self._record(self._function, held))
        held, result, launch = self._recorded[batch.shape]
        held.copy_(batch)
        launch()
        return result


def graph(
    generator: torch.Generator,
) -> Callable[[Function, torch.Tensor], tuple[torch.Tensor, Launch]]:
    """Recording as a CUDA graph, for functions that draw from `generator`."""

    def record(function: Function, batch: torch.Tensor) -> tuple[torch.Tensor, Launch]:
        recorded = torch.cuda.CUDAGraph()
        recorded.register_generator_state(generator)
        torch.cuda.synchronize()
        with torch.cuda.graph(recorded):
            result = function(batch)
        return result, recorded.replay

    return record

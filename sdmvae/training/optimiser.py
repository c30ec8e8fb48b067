"""Adam on the loss of an autoencoder, epoch by epoch."""

import torch

from sdmvae.autoencoder import Autoencoder
from sdmvae.runtime.seeds import seed_for
from sdmvae.training.batches import Batches
from sdmvae.training.cuda_graph import Replayed, graph
from sdmvae.training.settings import Settings


class Optimiser:
    """Adam (Kingma and Ba 2015) on the loss of an autoencoder, epoch by epoch."""

    def __init__(self, autoencoder: Autoencoder, settings: Settings, replayed: bool) -> None:
        """Start with all moments zero.

        Args:
            autoencoder: The network, whose weights are changed.
            settings: How to train.
            replayed: Whether a step is recorded as a CUDA graph and replayed.
        """
        self._autoencoder, self._settings = autoencoder, settings
        self._generator = torch.Generator(settings.device)
        # A CUDA graph can hold the steps only if their count and the rate lie on the device.
        on_device, rate = settings.device != "cpu", settings.learning_rate
        self._adam = torch.optim.Adam(
            autoencoder.parameters(),
            lr=torch.tensor(rate, device=settings.device) if on_device else rate,
            betas=(0.9, settings.beta2),
            fused=True,
            capturable=on_device,
        )
        step = self._step
        self._run = Replayed(step, graph(self._generator)) if replayed else step

    def train_epoch(self, batches: Batches, epoch: int) -> tuple[float, bool]:
        """Take one step per batch; return the mean loss per frame, and if annealing is over."""
        settings = self._settings
        order = seed_for(settings.seed, settings.name, "order", epoch)
        self._generator.manual_seed(seed_for(settings.seed, settings.name, "noise", epoch))
        losses = torch.zeros(len(batches), device=settings.device)
        sizes = torch.zeros(len(batches), device=settings.device)
        planned, settled = len(batches) * settings.epochs, True
        for number, batch in enumerate(batches.shuffled(order)):
            step = (epoch - 1) * len(batches) + number
            settled = self._autoencoder.model.anneal(step, planned)
            self._set_rate(settings.rate(step, planned))
            losses[number] = self._run(batch)
            sizes[number] = len(batch)
        return float((losses.double() * sizes).sum()) / batches.frames, settled

    def _step(self, batch: torch.Tensor) -> torch.Tensor:
        loss = self._autoencoder.bound(batch, self._generator).loss(self._settings.beta)
        self._adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._adam.step()
        self._autoencoder.model.constrain()
        return loss.detach()

    def _set_rate(self, rate: float) -> None:
        group = self._adam.param_groups[0]
        if isinstance(group["lr"], torch.Tensor):
            group["lr"].fill_(rate)
        else:
            group["lr"] = rate

    def moments(self) -> dict[str, torch.Tensor]:
        """Return Adam's state by parameter number and name."""
        state = self._adam.state_dict()["state"]
        return {
            f"{number}.{name}": tensor
            for number, tensors in state.items()
            for name, tensor in tensors.items()
        }

    def restore(self, moments: dict[str, torch.Tensor]) -> None:
        """Set what `moments` returned."""
        parameters = list(self._autoencoder.parameters())
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, tensor in moments.items():
            number, _, name = key.partition(".")
            parameter = parameters[int(number)]
            if tensor.shape == parameter.shape:
                # Adam takes for granted that a parameter and its state have one memory layout. A
                # checkpoint holds every tensor row by row, and a parameter may be transposed.
                tensor = torch.empty_like(parameter).copy_(tensor)
            state.setdefault(int(number), {})[name] = tensor
        groups = self._adam.state_dict()["param_groups"]
        self._adam.load_state_dict({"state": state, "param_groups": groups})

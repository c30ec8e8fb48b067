"""Training loops as other people write them, for benchmarks/loops.py."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from torch import Tensor, nn

from benchmarks.measure import BATCH, BINS, HIDDEN, CountFrames, M


class PlainNetwork(nn.Module):
    """The network of the VAE as one writes it in PyTorch."""

    def __init__(self, scale: Callable[[Tensor], Tensor], m: int = M) -> None:
        """Take the initial weights of PyTorch; `scale` computes the input of the encoder."""
        super().__init__()
        self.scale = scale
        self.encoder, self.posterior = nn.Linear(BINS, HIDDEN), nn.Linear(HIDDEN, 2 * m)
        self.decoder, self.output = nn.Linear(m, HIDDEN), nn.Linear(HIDDEN, BINS)

    def encode(self, power: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and the log-variance of the posterior."""
        hidden = torch.tanh(self.encoder(self.scale(power)))
        mean, log_variance = self.posterior(hidden).chunk(2, dim=-1)
        return mean, log_variance

    def decode(self, z: Tensor) -> Tensor:
        """Return the log-variance of the speech."""
        return self.output(torch.tanh(self.decoder(z)))


class Recordings(torch.utils.data.Dataset[Tensor]):
    """Power frames, one per item, of one recording after another."""

    def __init__(self, paths: list[Path]) -> None:
        """Read all recordings once to count their frames."""
        self.paths, self.waiting = paths, list[Path]()
        self.frames, self.next = np.empty((0, BINS), np.float32), 0
        self.count = sum(len(power_frames(path)) for path in paths)

    def __len__(self) -> int:
        """Return the number of frames of all recordings."""
        return self.count

    def __getitem__(self, index: int) -> Tensor:
        """Return the next frame, for any index."""
        if self.next == len(self.frames):
            self.waiting = self.waiting or list(self.paths)
            self.frames, self.next = power_frames(self.waiting.pop(0)), 0
        self.next += 1
        return torch.from_numpy(self.frames[self.next - 1].astype(np.float32))


def eager(folder: Path, count: CountFrames) -> None:
    """Run a plain loop over power frames in memory, as many repositories do."""
    frames = torch.from_numpy(np.exp(np.load(folder / "frames.npy")))

    def shuffled_batches() -> Iterator[Tensor]:
        return iter(frames[torch.randperm(len(frames))].split(BATCH))

    _train(PlainNetwork(_scaled_log), shuffled_batches, count)


def authors_style(folder: Path, count: CountFrames) -> None:
    """Run `authors_steps` on the recordings of a folder."""
    for frames in authors_steps(sorted((folder / "speech").glob("*.flac"))):
        count(frames)


def authors_steps(paths: list[Path], m: int = M) -> Iterator[int]:
    """Train for ever as the authors of SDM-VAE do; yield the number of frames of each step.

    A DataLoader collects single frames into batches, in a worker process. The data set reads, trims
    and transforms the next recording with librosa when the frames of the last one are used up. The
    network takes power as it is. A step looks for values that are not finite, and reads three
    values of the loss.

    Args:
        paths: The recordings.
        m: The latent dimension.
    """
    loader = torch.utils.data.DataLoader(
        Recordings(paths), batch_size=BATCH, shuffle=True, num_workers=1
    )
    network = PlainNetwork(scale=lambda power: power, m=m)
    return _steps(network, lambda: iter(loader), values=3, detects_anomalies=True)


def power_frames(path: Path) -> np.ndarray:
    """Return the power frames of a recording, computed with librosa."""
    import librosa

    samples, _ = soundfile.read(path)
    samples, _ = librosa.effects.trim(samples / np.abs(samples).max(), top_db=30)
    window = np.sin(np.arange(0.5, 1024) / 1024 * np.pi)
    spectrogram = librosa.stft(
        samples, n_fft=1024, hop_length=256, window=window, pad_mode="reflect"
    )
    return np.maximum(np.abs(spectrogram) ** 2, 1e-6).T


def pythae(folder: Path, count: CountFrames) -> None:
    """Run the trainer of pythae (Chadebec, Vincent and Allassonniere 2022) on frames in memory."""
    from pythae.data.datasets import BaseDataset
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from pythae.trainers.training_callbacks import TrainingCallback

    class Encoder(BaseEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.hidden, self.posterior = nn.Linear(BINS, HIDDEN), nn.Linear(HIDDEN, 2 * M)

        def forward(self, power: Tensor) -> Any:
            hidden = torch.tanh(self.hidden(_scaled_log(power)))
            mean, log_variance = self.posterior(hidden).chunk(2, dim=-1)
            return ModelOutput(embedding=mean, log_covariance=log_variance)

    class Decoder(BaseDecoder):
        def __init__(self) -> None:
            super().__init__()
            self.hidden, self.output = nn.Linear(M, HIDDEN), nn.Linear(HIDDEN, BINS)

        def forward(self, z: Tensor) -> Any:
            return ModelOutput(reconstruction=self.output(torch.tanh(self.hidden(z))))

    class SpeechVae(VAE):
        def loss_function(
            self, log_y: Tensor, power: Tensor, mean: Tensor, log_variance: Tensor, z: Tensor
        ) -> tuple[Tensor, Tensor, Tensor]:
            reconstruction, kl = _loss_terms(power, log_y, mean, log_variance)
            return reconstruction + kl, reconstruction, kl

    class Counter(TrainingCallback):
        def on_train_step_end(self, training_config: Any, **kwargs: Any) -> None:
            count(BATCH)

    frames = torch.from_numpy(np.exp(np.load(folder / "frames.npy")))
    model = SpeechVae(VAEConfig(input_dim=(BINS,), latent_dim=M), Encoder(), Decoder())
    settings = BaseTrainerConfig(
        output_dir=str(folder / "pythae"),
        num_epochs=10**6,
        per_device_train_batch_size=BATCH,
        learning_rate=1e-3,
        no_cuda=True,
    )
    BaseTrainer(
        model=model,
        train_dataset=BaseDataset(frames, torch.zeros(len(frames))),
        training_config=settings,
        callbacks=[Counter()],
    ).train()


def _scaled_log(power: Tensor) -> Tensor:
    return (torch.log(power) + 3) / 6


def _loss_terms(
    power: Tensor, log_y: Tensor, mean: Tensor, log_variance: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the negative log-likelihood and the Kullback-Leibler divergence, in nats per frame."""
    reconstruction = (power / log_y.exp() + log_y).sum(-1).mean()
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(-1).mean()
    return reconstruction, kl


def _train(
    network: PlainNetwork, batches: Callable[[], Iterator[Tensor]], count: CountFrames
) -> None:
    """Train for ever."""
    for frames in _steps(network, batches):
        count(frames)


def _steps(
    network: PlainNetwork,
    batches: Callable[[], Iterator[Tensor]],
    values: int = 1,
    detects_anomalies: bool = False,
) -> Iterator[int]:
    """Train for ever; yield the number of frames of each step.

    Args:
        network: The network.
        batches: A function that gives the batches of an epoch.
        values: How many values of the loss are read after each step.
        detects_anomalies: Whether a step looks for values that are not finite.
    """
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    while True:
        for power in batches():
            with torch.autograd.set_detect_anomaly(detects_anomalies):
                mean, log_variance = network.encode(power)
                z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
                reconstruction, kl = _loss_terms(power, network.decode(z), mean, log_variance)
                loss = reconstruction + kl
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            for value in (loss, reconstruction, kl)[:values]:
                value.item()
            yield len(power)

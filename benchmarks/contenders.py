"""Loops that train, each for some seconds, whose rates benchmarks/speed.py sets side by side.

All do the same work: batches of 128 frames of 513 bins through the network of sdmvae.autoencoder
at m = 64, and a step of Adam. Run as: python -m benchmarks.contenders <name> <folder> <seconds>,
in a folder with speech/*.flac and frames.npy; prints frames a second.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import nn

BATCH, BINS, HIDDEN, M = 128, 513, 128, 64
WARM_UP = 1.5
OURS = {
    "vae": {"model": "vae", "arguments": {}},
    "sdm": {"model": "sdm", "arguments": {"dictionary": "dct", "atoms": 64}},
    "vsc": {"model": "vsc", "arguments": {"alpha": 0.5}},
}


class Over(Exception):
    """Time is up."""


class Clock:
    """Counts frames from the end of the warm-up on; raises `Over` when `seconds` have gone by."""

    def __init__(self, seconds: float) -> None:
        """The warm-up begins now."""
        self.seconds, self.begin, self.frames = seconds, time.perf_counter(), 0
        self.start: float | None = None

    def __call__(self, frames: int) -> None:
        """`frames` more are done."""
        now = time.perf_counter()
        if self.start is None:
            if now - self.begin > WARM_UP:
                self.start = now
            return
        self.frames += frames
        self.elapsed = now - self.start
        if self.elapsed > self.seconds:
            raise Over


def ours(name: str, folder: Path, done: Callable[[int], None]) -> None:
    """This project's training of one cell."""
    from sdmvae.dataset.frames import Frames
    from sdmvae.training import loop, saved

    torch.set_num_threads(1)
    configuration = {
        **OURS[name],
        "m": M,
        "bins": BINS,
        "encoder_input": "log-power",
        "likelihood": "itakura-saito",
        "representation": "power",
    }
    stored = Frames(folder / "frames.npy")
    loop.train(
        saved.build(configuration, torch.Generator().manual_seed(0)),
        stored,
        stored[:BATCH],
        learning_rate=1e-3,
        batch_size=BATCH,
        epochs=10**6,
        patience=10**6,
        seed=0,
        cell=name,
        device="cpu",
        after_epoch=lambda snapshot: done(len(stored)),
    )


def products(folder: Path, done: Callable[[int], None]) -> None:
    """The products of matrices of a step of the VAE's, and nothing else: what bounds every loop."""
    random = np.random.default_rng(0)

    def normal(*shape):
        return random.standard_normal(shape).astype(np.float32)

    x, hidden, heads = normal(BATCH, BINS), normal(BATCH, HIDDEN), normal(BATCH, 2 * M)
    z, output = normal(BATCH, M), normal(BATCH, BINS)
    encoder, to_heads = normal(HIDDEN, BINS), normal(2 * M, HIDDEN)
    decoder, to_output = normal(HIDDEN, M), normal(BINS, HIDDEN)
    pairs = [
        *((x, encoder.T), (hidden, to_heads.T), (z, decoder.T), (hidden, to_output.T)),
        *((output, to_output), (output.T, hidden), (hidden, decoder), (hidden.T, z)),
        *((heads, to_heads), (heads.T, hidden), (hidden.T, x)),
    ]
    results = [np.empty((a.shape[0], b.shape[1]), np.float32) for a, b in pairs]
    while True:
        for (a, b), result in zip(pairs, results, strict=True):
            np.matmul(a, b, out=result)
        done(BATCH)


class Plain(nn.Module):
    """The network as one writes it down in PyTorch."""

    def __init__(self, scale: Callable[[torch.Tensor], torch.Tensor]) -> None:
        """With PyTorch's own initial weights; `scale` makes the encoder's input of power."""
        super().__init__()
        self.scale = scale
        self.encoder, self.heads = nn.Linear(BINS, HIDDEN), nn.Linear(HIDDEN, 2 * M)
        self.decoder, self.output = nn.Linear(M, HIDDEN), nn.Linear(HIDDEN, BINS)

    def encode(self, x):
        """Mean and log-variance."""
        return self.heads(torch.tanh(self.encoder(self.scale(x)))).chunk(2, dim=-1)

    def decode(self, z):
        """log y."""
        return self.output(torch.tanh(self.decoder(z)))


def eager(folder: Path, done: Callable[[int], None]) -> None:
    """A plain loop over power frames in memory, as in many a repository."""
    frames = torch.from_numpy(np.exp(np.load(folder / "frames.npy")))
    _train(Plain(_scaled_log), lambda: iter(frames[torch.randperm(len(frames))].split(BATCH)), done)


def authors_style(folder: Path, done: Callable[[int], None]) -> None:
    """A loop fed as the authors of SDM-VAE feed theirs: a DataLoader, a frame an item.

    The data set reads, trims and transforms the next recording, by librosa, once the frames of
    the last are used up; a worker process collects batches of them. The network takes power as
    it is; a step looks for what is not finite, and reads three values of the loss.
    """
    torch.autograd.set_detect_anomaly(True)
    loader = torch.utils.data.DataLoader(
        Recordings(sorted((folder / "speech").glob("*.flac"))),
        batch_size=BATCH,
        shuffle=True,
        num_workers=1,
    )
    _train(Plain(scale=lambda power: power), lambda: iter(loader), done, values=3)


class Recordings(torch.utils.data.Dataset):
    """Frames of power, one an item, of one recording after another in the order of `paths`."""

    def __init__(self, paths: list[Path]) -> None:
        """Reads all recordings once, to count their frames."""
        self.paths, self.waiting = paths, []
        self.frames, self.next = np.empty((0, BINS), np.float32), 0
        self.count = sum(len(self._transformed(path)) for path in paths)

    def __len__(self) -> int:
        """Frames of all recordings."""
        return self.count

    def __getitem__(self, index: int) -> torch.Tensor:
        """The next frame, whatever the index."""
        if self.next == len(self.frames):
            self.waiting = self.waiting or list(self.paths)
            self.frames, self.next = self._transformed(self.waiting.pop(0)), 0
        self.next += 1
        return torch.from_numpy(self.frames[self.next - 1].astype(np.float32))

    def _transformed(self, path: Path) -> np.ndarray:
        import librosa

        samples, _ = soundfile.read(path)
        samples, _ = librosa.effects.trim(samples / np.abs(samples).max(), top_db=30)
        window = np.sin(np.arange(0.5, 1024) / 1024 * np.pi)
        spectrogram = librosa.stft(
            samples, n_fft=1024, hop_length=256, window=window, pad_mode="reflect"
        )
        return np.maximum(np.abs(spectrogram) ** 2, 1e-6).T


def _scaled_log(power: torch.Tensor) -> torch.Tensor:
    return (torch.log(power) + 3) / 6


def _train(network: Plain, batches: Callable, done: Callable[[int], None], values: int = 1) -> None:
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    while True:
        for power in batches():
            mean, log_variance = network.encode(power)
            z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
            log_y = network.decode(z)
            reconstruction = (power / log_y.exp() + log_y).sum(-1).mean()
            kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(-1).mean()
            loss = reconstruction + kl
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            for value in (loss, reconstruction, kl)[:values]:
                value.item()
            done(len(power))


def pythae(folder: Path, done: Callable[[int], None]) -> None:
    """Pythae's trainer (Chadebec, Vincent and Allassonniere 2022) on power frames in memory."""
    from pythae.data.datasets import BaseDataset
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig
    from pythae.trainers.training_callbacks import TrainingCallback

    class Encoder(BaseEncoder):
        def __init__(self):
            super().__init__()
            self.hidden, self.heads = nn.Linear(BINS, HIDDEN), nn.Linear(HIDDEN, 2 * M)

        def forward(self, x):
            mean, log_variance = self.heads(torch.tanh(self.hidden((torch.log(x) + 3) / 6))).chunk(
                2, dim=-1
            )
            return ModelOutput(embedding=mean, log_covariance=log_variance)

    class Decoder(BaseDecoder):
        def __init__(self):
            super().__init__()
            self.hidden, self.output = nn.Linear(M, HIDDEN), nn.Linear(HIDDEN, BINS)

        def forward(self, z):
            return ModelOutput(reconstruction=self.output(torch.tanh(self.hidden(z))))

    class OfSpeech(VAE):
        def loss_function(self, log_y, power, mean, log_variance, z):
            reconstruction = (power / log_y.exp() + log_y).sum(-1)
            kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(-1)
            return (reconstruction + kl).mean(), reconstruction.mean(), kl.mean()

    class Counting(TrainingCallback):
        def on_train_step_end(self, training_config, **kwargs):
            done(BATCH)

    frames = torch.from_numpy(np.exp(np.load(folder / "frames.npy")))
    model = OfSpeech(VAEConfig(input_dim=(BINS,), latent_dim=M), Encoder(), Decoder())
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
        callbacks=[Counting()],
    ).train()


CONTENDERS: dict[str, Callable] = {
    **{f"ours, {name}": (lambda *given, name=name: ours(name, *given)) for name in OURS},
    "products": products,
    "eager": eager,
    "authors-style": authors_style,
    "pythae": pythae,
}


def main() -> None:
    """Run one contender; the rate goes to the last line of standard output."""
    name, folder, seconds = sys.argv[1:]
    clock = Clock(float(seconds))
    try:
        CONTENDERS[name](Path(folder), clock)
    except Over:
        print(clock.frames / clock.elapsed)


if __name__ == "__main__":
    main()

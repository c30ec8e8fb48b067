"""One cell -> its weights, configuration and training curve."""

import csv
import json
from pathlib import Path

import torch

from sdmvae import params
from sdmvae.dataset import frames
from sdmvae.models import ModelError
from sdmvae.runtime import code_digest
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from sdmvae.runtime.progress import progress
from sdmvae.runtime.seeds import seed_for
from sdmvae.training import checkpoint, loop, saved
from stages._common import check_device, check_models, declared_cell

FRAMES = Path("data/frames")
MODELS = Path("sdmvae/models")  # a variant adds the file of its own model


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, ModelError, loop.TrainingError):
        settings = params.read()
        cell = declared_cell(settings)
        check_models(settings)
        check_device(settings.train.device)
        run(cell, settings.train)


def run(cell: params.Cell, settings: params.Train) -> None:
    """Train the cell and write what it learnt."""
    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("error")
    torch.utils.deterministic.fill_uninitialized_memory = False  # it takes time, and none is read
    description = json.loads(Path(f"data/variants/{cell.variant}.json").read_text())
    parts = [FRAMES / f"{part}.npy" for part in ("train", "validation")]
    train_frames, validation_frames = map(frames.Frames, parts)
    configuration = {
        "model": description["model"],
        "arguments": description["arguments"],
        "m": cell.m,
        "bins": train_frames.shape[1],
        "encoder_input": settings.encoder_input,
        "likelihood": settings.likelihood,
        "representation": settings.representation,
    }
    generator = torch.Generator().manual_seed(seed_for(settings.seed, cell.name, "weights"))
    autoencoder = saved.build(configuration, generator)
    code = code_digest.closure(Path("stages/train.py"), skip_folders=[MODELS])
    key = checkpoint.key(
        cell.name,
        settings.model_dump(),
        description,
        code_digest.digest(parts + code),
        torch.__version__,
    )
    path = Path(f"data/checkpoints/{cell.name}.safetensors")
    start = checkpoint.load(path, key)
    done = len(start.curve) if start else 0
    if start:
        print(f"train {cell.name}: goes on after epoch {done} of an interrupted run")
    with progress(None, f"train {cell.name}", settings.epochs, "epoch", done) as bar:

        def after_epoch(snapshot: loop.Snapshot) -> None:
            checkpoint.save(path, key, snapshot)
            loss = snapshot.curve[-1].validation_loss
            bar.set_postfix_str(f"validation loss {loss:.2f}", refresh=False)
            bar.update()

        trained = loop.train(
            autoencoder,
            train_frames,
            validation_frames,
            learning_rate=settings.learning_rate,
            batch_size=settings.batch_size,
            epochs=settings.epochs,
            patience=settings.patience,
            seed=settings.seed,
            cell=cell.name,
            device=settings.device,
            start=start,
            after_epoch=after_epoch,
        )
    model, curve = Path(f"data/models/{cell.name}"), Path(f"data/curves/{cell.name}.csv")
    with atomic_path(model, replace_folder=True) as folder:
        folder.mkdir()
        saved.save(folder, configuration, trained.weights)
    with atomic_path(curve) as part, part.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(loop.Epoch._fields)
        rows.writerows([row.epoch, *(round(each, 4) for each in row[1:])] for row in trained.curve)
    path.unlink(missing_ok=True)
    best = trained.curve[trained.best_epoch - 1]
    print_done(
        f"train {cell.name}: best epoch {trained.best_epoch} of {len(trained.curve)}, validation "
        f"loss {best.validation_loss:.2f} nats a frame",
        model,
        curve,
    )


if __name__ == "__main__":
    main()

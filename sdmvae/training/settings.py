"""How a cell is trained."""

from dataclasses import dataclass

from sdmvae.params import Params, Training


@dataclass(frozen=True)
class Settings:
    """How a cell is trained.

    Attributes:
        learning_rate: Adam's learning rate.
        decay: The share of the planned steps, at the end, over which the learning rate falls
            linearly to zero; with 0 it is constant.
        beta2: Adam's decay rate of the second moment.
        beta: The factor of the KL divergence in the loss (Higgins et al. 2017).
        batch_size: Frames per batch.
        epochs: The largest number of epochs.
        patience: Training stops after as many epochs without a lower validation loss.
        seed: The seed of the run.
        name: What the random numbers are drawn for, besides the seed: the cell's name.
        device: "cpu" or a CUDA device.
    """

    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    seed: int
    name: str
    device: str
    decay: float = 0.0
    beta2: float = 0.999
    beta: float = 1.0

    @classmethod
    def from_params(cls, params: Params, training: Training) -> "Settings":
        """Take the settings that params.yaml has for a training."""
        of_the_frame = {"encoder_input", "likelihood", "representation"}
        return cls(
            name=training.cell.seed_name,
            seed=training.seed,
            beta=params.variants[training.cell.variant].beta,
            **params.train.model_dump(exclude=of_the_frame | {"seeds"}),
        )

    def rate(self, step: int, planned: int) -> float:
        """Return the learning rate of a step.

        Args:
            step: The number of the step, from 0.
            planned: The number of all steps, if no epoch is left out.
        """
        left = 1 - step / planned
        return self.learning_rate * min(1.0, left / self.decay if self.decay else 1.0)

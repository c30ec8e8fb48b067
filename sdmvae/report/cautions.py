"""What a reader has to know before believing a run's figures."""

from sdmvae.evaluation.results import Results
from sdmvae.report import curves


def told(results: Results) -> list[str]:
    """Sentences, the ones that hold of every run first."""
    settings = results.settings
    test = results.manifest[results.manifest["split"] == "test"]
    speakers = test["speaker"].nunique()
    found = [
        f"Every cell was trained once (seed {settings.train.seed}): another training of the same "
        "cell may differ by more than cells do here. Nothing on this page measures that."
    ]
    if speakers < 2:
        found.append(
            "There is one test speaker, so there are no intervals, and no cell is told "
            "apart from another."
        )
    else:
        found.append(
            f"± is half a 95 % interval over {speakers} test speakers, not over seeds. In PESQ it "
            "is wide because speakers differ; cells are compared within the same utterances, and "
            "so can be told apart where their own intervals overlap. Each pair is compared on its "
            "own: of twenty that do not differ, about one would seem to."
        )
    found.append(
        "Hoyer sparsity grows with dimensions that fall idle. Hoyer normalised does not count "
        "those, so a high Hoyer beside an ordinary normalised one means idle dimensions."
    )
    if any(cell["model"].startswith("sdm") for cell in results.cells):
        found.append(
            "The prior of SDM-VAE has variances fitted to every frame. That lowers its KL and "
            "raises its bound, so neither compares fully with those of the other models."
        )
    last = [
        cell["cell"]
        for cell in results.cells
        if curves.best(results.curves[cell["cell"]])["epoch"] >= settings.train.epochs
    ]
    if last:
        which = (
            "Every cell"
            if len(last) == len(results.cells)
            else f"{len(last)} of {len(results.cells)} cells"
        )
        names = "" if len(last) == len(results.cells) else f" ({', '.join(last)})"
        found.append(
            f"{which}{names} had the lowest validation loss in the last epoch allowed "
            f"({settings.train.epochs}): training was cut short, and sparsity still moves then."
        )
    if settings.train.likelihood == "gaussian":
        found.append(
            f"The likelihood is Gaussian, of {settings.train.representation}; the published "
            "figures are of another."
        )
    if settings.resynthesize.decode == "sample":
        found.append("Speech is decoded from a sample of the posterior, not from its mean.")
    return found

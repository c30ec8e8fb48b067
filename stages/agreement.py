"""Writes metrics/agreement.json: whether the published table and the paper's claims hold."""

import json

from sdmvae import params
from sdmvae.evaluation import results
from sdmvae.evaluation.agreement import compute
from sdmvae.evaluation.statistics.seed_scores import ScoresError
from sdmvae.report.claim_sentences import describe_claim, describe_evidence
from sdmvae.runtime.atomic import atomic_path
from sdmvae.runtime.messages import exit_on, print_done
from stages._common import DATA, METRICS

AGREEMENT = METRICS / "agreement.json"


def main() -> None:
    """Run the stage."""
    with exit_on(params.ParameterError, ScoresError):
        settings = params.read()
        agreement = compute.agree(
            results.read_cells(settings, DATA),
            results.read_utterances(settings, DATA),
            settings.compare.margins.model_dump(),
            settings.compare.error,
        )
        with atomic_path(AGREEMENT) as path:
            path.write_text(json.dumps(compute.summarise(agreement), indent=2) + "\n")
        print(describe_evidence(agreement))
        for claim in agreement.claims:
            print(f"- {describe_claim(claim)}")
    print_done(f"agreement: {len(agreement.claims)} claims", AGREEMENT)


if __name__ == "__main__":
    main()

"""The commands of the program `sdmvae`, one file for each."""

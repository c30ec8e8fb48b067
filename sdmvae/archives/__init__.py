"""Archives of free corpora on the internet: which there are, and how one is fetched whole."""

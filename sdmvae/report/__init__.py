"""The report: one page that shows a run. Each section has a module; page.py joins them."""

"""The page that shows a run: one module a section, put together by page.py."""

"""Sphinx's settings. Search, formulas, fonts and widgets come from the site itself."""

import importlib.util
from pathlib import Path

project, author = "dlcourse", "dlcourse"
html_title = "dlcourse"
copyright = "CC BY 4.0"
extensions = ["myst_nb"]

nb_execution_mode = "off"
nb_mime_priority_overrides = [("html", "text/html", 0), ("html", "image/png", 10)]  # a widget before its picture
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # the exercises begin at different levels

html_theme = "furo"
html_theme_options = {"navigation_with_keys": True}
html_static_path = ["static", str(Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax")]
html_css_files = ["site.css"]
html_js_files = ["theme.js"]
mathjax_path = "tex-svg.js"
html_show_search_summary = False  # it would fetch pages, which a browser forbids where they are files
html_show_sourcelink = html_copy_source = False
pygments_style, pygments_dark_style = "friendly", "monokai"

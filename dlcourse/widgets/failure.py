"""What a learner's function did wrong, as a sentence with the line."""

import traceback
from pathlib import Path

PACKAGE = str(Path(__file__).parents[1])


def explain(error):
    """'ZeroDivisionError: division by zero (line 3: return 1 / 0)', the line being the last one outside this package."""
    stack = traceback.extract_tb(error.__traceback__)
    own = [entry for entry in stack if not entry.filename.startswith(PACKAGE) and "site-packages" not in entry.filename]
    name, text = type(error).__name__, str(error) or "no message"
    if not own:
        return f"{name}: {text}"
    return f"{name}: {text} (line {own[-1].lineno}: {own[-1].line})"

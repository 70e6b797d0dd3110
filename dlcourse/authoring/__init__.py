"""How the notebooks are made: people write lessons/*.py and solutions/*.py, `python -m dlcourse.authoring build` makes the rest."""

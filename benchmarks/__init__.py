"""How fast the course is, each time as a ratio to PyTorch in the same run: `python -m benchmarks`."""

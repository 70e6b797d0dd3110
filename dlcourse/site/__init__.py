"""The course as a web site that needs no kernel and no network: `python3 start.py site`."""

"""The kill rate of the grader, below the other results: see test_bank.py."""


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, line in getattr(report, "user_properties", []):
            if name == "grader":
                terminalreporter.write_line(line)

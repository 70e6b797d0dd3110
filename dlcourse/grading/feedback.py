"""Feedback as pages: one for each learner, and an index for the teacher with the mistakes that the class makes.

Each page stands alone: no script, nothing loaded, light or dark as the reader's system is, and ready to print.
"""

from collections import Counter
from datetime import datetime
from hashlib import sha256
from html import escape
from pathlib import Path

from dlcourse.grading.gradebook import copies
from dlcourse.grading.report import slug
from dlcourse.palette import DARK, LIGHT

VERDICTS = {
    "passed": "passed",
    "convention": "almost",
    "mistake": "a known mistake",
    "wrong": "wrong",
    "error": "stopped with an error",
    "not attempted": "not attempted",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # a browser then runs nothing and loads nothing, whatever a page may hold


def write(folder, learners, columns, about, everyone=False):
    """Write all pages and give back the path of the index.

    columns: the exercises of the class. everyone: whether each learner is shown all of them, or those handed in.
    about: lines on how the grades came about.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for learner in learners:
        _save(folder / page_name(learner.name), learner_page(learner, columns if everyone else list(learner.counted)))
    _save(folder / "index.html", index_page(learners, columns, about))
    return folder / "index.html"


def page_name(name):
    """A file name of plain letters, another one for each learner."""
    plain = slug(name)[:60]
    own = plain and plain == name and plain != "index"
    return f"{plain}.html" if own else f"{plain or 'learner'}-{sha256(name.encode(errors='replace')).hexdigest()[:8]}.html"


def learner_page(learner, columns):
    """What one learner reads."""
    counted = learner.counted
    points = sum(counted[id].points for id in columns if id in counted)
    rows = [(f"<code>{id}</code>", *_result(counted.get(id))) for id in columns]
    said = [counted[id] for id in columns if id in counted and counted[id].verdict not in ("passed", "not attempted")]
    parts = [
        f"<p>{points} points in {_count(len(columns), 'exercise')}; each gives up to 100.</p>",
        _table("Points", ("exercise", "points", "result"), rows) if rows else "",
        "<h2>What to look at</h2>" if said else "",
        *(report._repr_html_() for report in said),
        "<h2>What you handed in</h2>",
        _table("Files", ("file", "submitted", "note"), [_file(entry) for entry in learner.entries]),
        "<p>Where an exercise is in several files, the latest counts.</p>" if len(learner.entries) > 1 else "",
    ]
    return _page(f"Feedback for {learner.name}", parts)


def index_page(learners, columns, about):
    """What the teacher reads."""
    same = {name: [other for other in names if other != name] for names in copies(learners).values() for name in names}
    parts = [
        *(f"<p>{escape(line)}</p>" for line in about),
        "<h2>The mistakes of the class</h2>",
        _mistakes(learners, columns),
        "<h2>The exercises</h2>",
        _table("Exercises", ("exercise", *VERDICTS.values(), "not handed in"), [_exercise(id, learners) for id in columns]),
        "<h2>The learners</h2>",
        _table("Learners", ("learner", "points", "submitted", "to know"), [_learner(it, columns, same.get(it.name)) for it in learners]),
        "<p>This page names all learners: it is for you. Each of the other pages is for one learner.</p>",
    ]
    return _page("The class", parts, kind="class")


def mistakes(learners, columns):
    """(exercise, name, how many made it, how many tried, sentence, where to read), what most learners did first."""
    reports = [report for learner in learners for report in learner.counted.values() if report.id in columns]
    tried = Counter(report.id for report in reports if report.verdict != "not attempted")
    named = {(report.id, report.mistake): report for report in reversed(reports) if report.mistake}
    made = Counter((report.id, report.mistake) for report in reports if report.mistake)
    order = sorted(made, key=lambda key: (-made[key], columns.index(key[0]), key[1]))
    return [(*key, made[key], tried[key[0]], named[key].sentence, named[key].see) for key in order]


def _mistakes(learners, columns):
    rows = [
        (f"{count} of {tried}", f"<code>{id}</code>", f"<strong>{escape(name)}</strong><br>{escape(sentence)}", escape(see))
        for id, name, count, tried, sentence, see in mistakes(learners, columns)
    ]
    return _table("Mistakes", ("learners", "exercise", "mistake", "lesson"), rows) if rows else "<p>No known mistake was made.</p>"


def _exercise(id, learners):
    found = Counter(learner.counted[id].verdict if id in learner.counted else None for learner in learners)
    return f"<code>{id}</code>", *(found[verdict] or "" for verdict in (*VERDICTS, None))


def _learner(learner, columns, same):
    points = sum(learner.counted[id].points for id in columns if id in learner.counted)
    files = "<br>".join(f"{_when(entry)} {_late(entry.late)}" for entry in learner.entries)
    notes = [f"{len(learner.entries)} submissions; the latest counts."] if len(learner.entries) > 1 else []
    notes += [f"{escape(entry.file)}: {escape(entry.problem)}" for entry in learner.entries if entry.problem]
    notes += [f"The same code as {escape(', '.join(same))}."] if same else []
    return f'<a href="{page_name(learner.name)}">{escape(learner.name)}</a>', points, files, "<br>".join(notes)


def _file(entry):
    return escape(entry.file), _when(entry), _late(entry.late) + escape(entry.problem)


def _when(entry):
    return f"{datetime.fromisoformat(entry.submitted).astimezone():%Y-%m-%d %H:%M}"


def _late(delay):
    """`late by 1 day 3:20. `"""
    if not delay:
        return ""
    minutes = -(-delay.seconds // 60)
    days = f"{_count(delay.days, 'day')} " if delay.days else ""
    return f"<strong>late by {days}{minutes // 60}:{minutes % 60:02} h.</strong> "


def _result(report):
    return (report.points, VERDICTS[report.verdict]) if report else (0, "not handed in")


def _count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _table(label, heads, rows):
    """The cells of `rows` are HTML."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    opening = f'<div class="wide" role="region" aria-label="{label}" tabindex="0"><table>'
    return f"{opening}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _page(title, parts, kind="learner"):
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head += f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{STYLE}</style>'
    body = "\n".join([f"<h1>{escape(title)}</h1>", *filter(None, parts)])
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body><main class="{kind}">\n{body}\n</main></body></html>\n'


def _save(path, html):
    path.write_text(html, encoding="utf-8", errors="replace")


def _colours(palette):
    return "; ".join(f"--{name}: {palette[name]}" for name in ("ink", "surface", "muted", "grid", "negative"))


STYLE = f"""
:root {{ color-scheme: light dark; {_colours(LIGHT)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_colours(DARK)} }} }}
body {{ margin: 0; background: var(--surface); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }}
main {{ max-width: 60rem; margin: 0 auto; padding: 1rem }}
h1, h2 {{ line-height: 1.2; overflow-wrap: anywhere }}
h2 {{ margin-top: 2rem }}
a {{ color: var(--negative) }}
p, td {{ overflow-wrap: anywhere }}
pre, code {{ font-family: ui-monospace, monospace; font-size: 0.9em }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse }}
.wide > table {{ width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0 }}
.wide > table th, .wide > table td {{ border-bottom: 1px solid var(--grid); min-width: 4rem }}
.class .wide > table {{ min-width: 48rem }}
th {{ color: var(--muted); font-weight: 600 }}
[role=group] {{ margin: 1.2rem 0 }}
@media print {{
  main {{ max-width: none; padding: 0 }}
  [role=group], tr {{ break-inside: avoid }}
  .wide {{ overflow: visible }}
  .class .wide > table {{ min-width: 0 }}
}}
"""

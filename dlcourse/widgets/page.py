"""A widget without a kernel: its module, its style and its first frame, with a model that stands in for the kernel's."""

import base64
import html
import json

STAND_IN = """
const data = JSON.parse(document.getElementById("ID-data").textContent);
data.frame = new DataView(Uint8Array.from(atob(data.frame), (c) => c.charCodeAt(0)).buffer);
const listeners = {};
const model = {
  get: (key) => data[key],
  set: (key, value) => { data[key] = value; },
  save_changes() {}, send() {}, off() {},
  on: (event, listener) => { listeners[event] = listener; },
};
render({ model, el: document.getElementById("ID") });
"""


def fragment(widget, id):
    """The widget as a piece of HTML for any page, told apart from others there by `id`. It makes no request."""
    data = {
        "spec": widget.spec | {"kernel": False},
        "state": widget.state,
        "frame": base64.b64encode(widget.frame).decode(),
    }
    payload = json.dumps(data).replace("</", r"<\/")  # no tag may end the script early
    script = widget._esm.replace("export default { render };", "") + STAND_IN.replace("ID", id)
    return f"""<style>
{widget._css}
</style>
<div id="{id}"></div>
<script id="{id}-data" type="application/json">{payload}</script>
<script type="module">
{script}
</script>
"""


def page(widget):
    """The widget as a page of its own."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(widget.title)}</title>
<link rel="icon" href="data:,">
<style>
body {{ margin: 12px; font-family: system-ui, sans-serif; }}
@media (prefers-color-scheme: dark) {{ body {{ background: {widget.spec["colours"]["dark"]["surface"]}; }} }}
</style>
</head>
<body>
<main>
{fragment(widget, "widget")}</main>
</body>
</html>
"""

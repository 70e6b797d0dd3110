"""The colours of the course. The same meaning has the same colour in every widget, figure and formula."""

LIGHT = {
    "negative": "#0072B2",  # class 0, weight < 0: blue
    "positive": "#D55E00",  # class 1, weight > 0: vermillion
    "ink": "#1F2933",
    "extra": "#009E73",
    "surface": "#FFFFFF",
    "muted": "#5F6B76",
    "grid": "#D5DAE0",
}
DARK = {
    "negative": "#56B4E9",
    "positive": "#FF8A3D",
    "ink": "#E6E9EC",
    "extra": "#34D0A0",
    "surface": "#111418",
    "muted": "#9AA5B1",
    "grid": "#3A424B",
}

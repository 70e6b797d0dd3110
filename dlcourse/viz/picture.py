"""A picture is a PNG and the sentence that says what it shows.

Neither JupyterLab (4.6) nor nbconvert (7.17) gives an image/png output an alternative text, whatever its metadata say; both keep the
`alt` of an <img> in text/html, also in a notebook that is not trusted. So a picture comes as all three: text/html for readers,
image/png with `alt` in its metadata for other tools, and the sentence itself for terminals.
"""

import base64
import html
import io

from IPython.display import display
from PIL import Image


class Picture:
    """PNG bytes with their alternative text."""

    def __init__(self, png, alt):
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(f'A figure needs alt="...", one sentence that says what it shows to someone who cannot see it; got {alt!r}.')
        self.png, self.alt = png, alt

    @classmethod
    def of(cls, figure, alt):
        """The picture of a matplotlib figure."""
        return cls(_png(figure), alt)

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        encoded = base64.b64encode(self.png).decode()
        img = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{encoded}">'
        return {"text/html": img, "image/png": encoded, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


def show(figure, alt, *, display_id=None):
    """Display a matplotlib figure with its alternative text; with a `display_id` returns the handle that can replace it."""
    return display(Picture.of(figure, alt), display_id=display_id)


def _png(figure):
    """The figure in 256 colours (a third of the bytes), without the date and version that would make bytes differ."""
    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, format="png", metadata={"Software": None})
    Image.open(full).convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()

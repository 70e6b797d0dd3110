"""The picture of a widget, for wherever no live view can be: drawn by matplotlib from the same arrays."""

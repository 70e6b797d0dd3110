"""The way through the course: the map of its lessons, and ten questions that say where to begin."""

from dlcourse.path.course_map import course_map
from dlcourse.path.diagnostic import diagnose, questions

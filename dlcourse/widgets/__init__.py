from dlcourse.widgets.loss_explorer import LossExplorer
from dlcourse.widgets.neuron import Neuron

__all__ = ["LossExplorer", "Neuron"]

"""Layers. A Module maps Tensors to Tensors and owns its Parameters; names and conventions are PyTorch's."""

from dlcourse.nn import init
from dlcourse.nn.activation import ELU, GELU, Hardswish, LeakyReLU, ReLU, ReLU6, Sigmoid, SiLU, Softmax, Softplus, Tanh
from dlcourse.nn.attention import KeyValueCache, MultiheadAttention
from dlcourse.nn.conv import Conv1d, Conv2d, ConvTranspose2d
from dlcourse.nn.dropout import Dropout
from dlcourse.nn.embedding import Embedding
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Buffer, Module, Parameter
from dlcourse.nn.norm import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from dlcourse.nn.pool import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from dlcourse.nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from dlcourse.nn.sequential import ModuleList, Sequential
from dlcourse.nn.shape import Flatten

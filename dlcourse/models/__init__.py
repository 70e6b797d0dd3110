"""Architectures: one file each, complete on its own."""

from dlcourse.models.bert import BERT, MaskedLanguageModel
from dlcourse.models.efficientnet_lite import EfficientNetLite
from dlcourse.models.gpt import GPT
from dlcourse.models.lenet import LeNet
from dlcourse.models.matrix_factorization import MatrixFactorization
from dlcourse.models.mlp import MLP
from dlcourse.models.resnet import ResNet
from dlcourse.models.transformer import Transformer
from dlcourse.models.whisper import Whisper

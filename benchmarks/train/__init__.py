"""Training each model on real data to a stated figure, over several seeds: `python -m benchmarks.train`."""

MODULES = (  # each defines a TASK; imported only by the process that trains it, so that a broken one breaks nothing else
    "lenet",
    "matrix_factorization",
    "mlp",
    "resnet",
    "word2vec",
)

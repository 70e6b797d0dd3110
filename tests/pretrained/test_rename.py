import numpy as np

from dlcourse.pretrained.rename import rename

TABLE = ((r"^encoder\.layer", "blocks"), (r"query", "all[0]"), (r"key", "all[1]"), (r"gamma$", "weight"))


def test_rows_act_on_every_name_one_after_another():
    arrays = {"encoder.layer.0.gamma": 1, "decoder.encoder.layer.0.beta": 2}
    assert rename(arrays, TABLE) == {"blocks.0.weight": 1, "decoder.encoder.layer.0.beta": 2}


def test_numbered_pieces_become_one_array_in_their_order():
    arrays = {"key": np.ones((2, 3)), "query": np.zeros((1, 3)), "value": np.ones(3)}
    renamed = rename(arrays, TABLE)
    assert list(renamed) == ["all", "value"]
    np.testing.assert_array_equal(renamed["all"], [[0, 0, 0], [1, 1, 1], [1, 1, 1]])

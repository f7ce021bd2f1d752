"""The picture in the reference is that of the present services."""

from devstack.architecture import PAGE, with_picture


def test_picture_is_current():
    page = PAGE.read_text()

    assert with_picture(page) == page, "run python3 -m devstack.architecture"

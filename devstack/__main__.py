"""`python3 -m devstack` is the same as `devstack`."""

from devstack.cli import main

main(prog_name="devstack")

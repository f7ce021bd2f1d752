"""Tells which Indico this is: what the charm shows as the version of the workload."""

from importlib.metadata import version

if __name__ == "__main__":
    print(version("indico"))

"""Compresses static files once, for nginx to send: `python3 -m indico_app.nginx.compress FOLDER`.

The build of the rock runs this, so that no request waits for it.
"""

import gzip
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import brotli

#: What nginx.conf compresses while it runs, as the files end.
SUFFIXES = frozenset({".css", ".ico", ".js", ".json", ".svg", ".txt", ".xml", ".xsl"})

# A smaller file fits into a packet or two as it is.
_SMALLEST = 1024
_GZIP_LEVEL = 9
_BROTLI_QUALITY = 9


def compress(folder: Path) -> int:
    """Write a `.gz` and a `.br` beside every file that gets smaller by it.

    Args:
        folder: where the files are, at any depth. What has been compressed already is left alone.

    Returns:
        How many files were compressed.
    """
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(_compress, sorted(_compressible(folder)), chunksize=8))


def _compressible(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in SUFFIXES and path.is_file() and path.stat().st_size >= _SMALLEST:
            yield path


def _compress(path: Path) -> bool:
    """Compress one file; both copies get its time, which nginx tells the browser."""
    targets = [path.with_name(path.name + suffix) for suffix in (".gz", ".br")]
    if all(target.exists() for target in targets):
        return False
    content = path.read_bytes()
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    gz, br = targets
    gz.write_bytes(gzip.compress(content, _GZIP_LEVEL, mtime=0))
    br.write_bytes(brotli.compress(content, quality=_BROTLI_QUALITY))
    for target in targets:
        os.utime(target, ns=times)
    return True


if __name__ == "__main__":
    print(f"compressed {compress(Path(sys.argv[1]))} files")

"""Gets a fresh Debian or Ubuntu machine ready. It runs on the system's Python, without libraries."""

"""Gets a fresh Debian or Ubuntu machine ready, on the system's Python without libraries."""

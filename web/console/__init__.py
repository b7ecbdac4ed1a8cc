"""The console: pages for the operators of an installation. No page needs script."""

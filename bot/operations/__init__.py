"""Set-up, starting and stopping. Everything may be imported here; nothing imports this package.

`prepare.py` and what it imports run on any Python 3.9 or newer with nothing installed, because they
make the environments that everything else needs.
"""

"""Prints which TCP ports of an address take connections, one a line: `python open_ports.py ADDRESS [PORT…]`."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 2.0


def takes_connections(address: str, port: int) -> bool:
    """Whether somebody listens there for whoever asks from here."""
    with socket.socket() as probe:
        probe.settimeout(SECONDS)
        return probe.connect_ex((address, port)) == 0


def main() -> None:
    """Without ports: all there are."""
    address = sys.argv[1]
    ports = [int(each) for each in sys.argv[2:]] or list(range(1, 65_536))
    with ThreadPoolExecutor(32) as many:
        for port, is_open in zip(
            ports, many.map(lambda each: takes_connections(address, each), ports), strict=True
        ):
            if is_open:
                print(port)


if __name__ == "__main__":
    main()

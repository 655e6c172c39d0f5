"""Everything fails while people talk: `make chaos`. The promises are checked from what the people themselves kept."""

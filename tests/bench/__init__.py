"""`make bench`: measures the assistant beside a stock stack that is started in the same run."""

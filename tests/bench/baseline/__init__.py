"""The stock stack to compare with: what someone gets who puts Rasa's defaults together.

Rasa's default pipeline and policies with a REST channel and an in-memory tracker, and a plain action
server that calls SentenceTransformer on PyTorch and a flat FAISS index over the same passages.
"""

"""Classes that Rasa loads by name (Python 3.10): channel, featurizer, question gate, tracker store.

They import Rasa, the standard library, and at most `knowledge.encoder`.
"""

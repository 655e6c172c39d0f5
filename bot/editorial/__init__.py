"""What editors need to know of patients' questions, and nothing more: words without names, groups by meaning.

Plain functions over texts and numbers. No Flask, no SQL.
"""

"""How many people it carries: `make load`. Patients at a realistic pace, advisors at their desks, and the knee."""

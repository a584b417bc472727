"""PostgreSQL as Django has it, with what a transaction does last."""

"""A command for every figure we promise; docs/benchmarks.md holds what they measured, where and when."""

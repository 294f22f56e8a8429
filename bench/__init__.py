"""How much the service costs, measured against rulers that run in the same rounds. `make bench`; docs/benchmarks.md."""

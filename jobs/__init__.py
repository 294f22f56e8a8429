"""Everything RQ: queues, the worker, the beat, and the jobs by name."""

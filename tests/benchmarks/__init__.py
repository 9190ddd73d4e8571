"""What is measured rather than tested: ``python -m tests.benchmarks`` prints all of it, and nothing passes or fails."""

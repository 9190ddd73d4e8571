"""Everything at once: what a reply costs, what a training costs, how good the predictions are."""

from __future__ import annotations

from tests.benchmarks import quality, reply_cost, training_cost


def main() -> None:
    """Run the benchmarks of the engine one after the other, in full."""
    print("# What a reply costs\n", flush=True)
    reply_cost.main(large=True)
    print("\n# What a training costs\n", flush=True)
    training_cost.main()
    print("\n# How good the predictions are", flush=True)
    quality.main()


if __name__ == "__main__":
    main()

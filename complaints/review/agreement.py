"""How far two reviewers agree beyond chance: Cohen's kappa; and the spread of times. Pure.

Cohen (1960): kappa = (observed − expected) / (1 − expected), where expected is the agreement that two reviewers would
reach by chance, each keeping to how often they choose what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a sample says: `pairs` looked at, share that `agreed` (0 to 1), `kappa` (−1 to 1, None where undefined)."""

    pairs: int
    agreed: float
    kappa: float | None

    @property
    def is_telling(self) -> bool:
        """Says whether the sample is large enough to be read as more than an anecdote."""
        return self.pairs >= FEWEST


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Compares what the first and the second reviewer chose, pair by pair.

    Where both always choose the same one thing, chance explains everything and kappa is not defined.
    """
    if not pairs:
        return Agreement(0, 0.0, None)
    total = len(pairs)
    observed = sum(first == second for first, second in pairs) / total
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    expected = sum(firsts[choice] * seconds[choice] for choice in firsts) / total**2
    kappa = None if expected == 1 else (observed - expected) / (1 - expected)
    return Agreement(total, observed, kappa)


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value that this share (0 to 1) of the sorted values does not exceed: the nearest rank. Raises on none."""
    if not sorted_values:
        raise ValueError("there is no percentile of nothing")
    rank = max(1, -(-int(share * 1000) * len(sorted_values) // 1000))
    return sorted_values[min(rank, len(sorted_values)) - 1]

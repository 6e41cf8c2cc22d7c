package dev.anabranch.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds which elements of a list stand for which of another, when both are in order. */
final class Alignment {

    /** Up to this many comparisons a common subsequence is looked for exactly. */
    private static final long COMPARISONS_MAX = 4_000_000;

    /** How far a greedy search looks ahead. */
    private static final int LOOK_AHEAD = 1_000;

    /** Whether an element may stand for a position. */
    interface Equality {
        boolean test(int element, int position);
    }

    /** Is told which element stands for which position. */
    interface Pairs {
        void add(int element, int position);
    }

    private final Equality equality;
    private final Pairs pairs;

    Alignment(Equality equality, Pairs pairs) {
        this.equality = equality;
        this.pairs = pairs;
    }

    /**
     * The longest increasing subsequence, by patience sorting.
     *
     * @param positions by element; negative for none
     * @return the elements whose positions make it up, the last first
     */
    static List<Integer> longestRun(int[] positions) {
        int[] pileTops = new int[positions.length];
        int[] previous = new int[positions.length];
        int piles = 0;
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0) {
                continue;
            }
            int low = 0;
            int high = piles;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (positions[pileTops[middle]] < positions[i]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            previous[i] = low == 0 ? -1 : pileTops[low - 1];
            pileTops[low] = i;
            piles = Math.max(piles, low + 1);
        }
        List<Integer> run = new ArrayList<>(piles);
        for (int i = piles == 0 ? -1 : pileTops[piles - 1]; i >= 0; i = previous[i]) {
            run.add(i);
        }
        return run;
    }

    /** Pairs a longest common subsequence; one that is merely long if there is too much to compare. */
    void align(int[] elements, int[] positions) {
        int from = 0;
        int toElement = elements.length;
        int toPosition = positions.length;
        while (from < toElement && from < toPosition && equality.test(elements[from], positions[from])) {
            pairs.add(elements[from], positions[from]);
            from++;
        }
        while (toElement > from
                && toPosition > from
                && equality.test(elements[toElement - 1], positions[toPosition - 1])) {
            pairs.add(elements[--toElement], positions[--toPosition]);
        }
        int[] restElements = Arrays.copyOfRange(elements, from, toElement);
        int[] restPositions = Arrays.copyOfRange(positions, from, toPosition);
        if ((long) restElements.length * restPositions.length <= COMPARISONS_MAX) {
            alignExactly(restElements, restPositions);
        } else {
            alignGreedily(restElements, restPositions);
        }
    }

    private void alignExactly(int[] elements, int[] positions) {
        int[][] common = new int[elements.length + 1][positions.length + 1];
        for (int i = elements.length - 1; i >= 0; i--) {
            for (int j = positions.length - 1; j >= 0; j--) {
                common[i][j] = equality.test(elements[i], positions[j])
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < elements.length && j < positions.length) {
            if (equality.test(elements[i], positions[j])) {
                pairs.add(elements[i++], positions[j++]);
            } else if (common[i + 1][j] >= common[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
    }

    private void alignGreedily(int[] elements, int[] positions) {
        int next = 0;
        for (int element : elements) {
            for (int j = next; j < positions.length && j < next + LOOK_AHEAD; j++) {
                if (equality.test(element, positions[j])) {
                    pairs.add(element, positions[j]);
                    next = j + 1;
                    break;
                }
            }
        }
    }
}

package io.millrace.bench;

/**
 * What a figure should come to.
 *
 * @param figure its name
 * @param ratio whether the bound is for our figure over the other's; else for our figure
 * @param most whether the bound is the greatest that is good; else the smallest
 * @param halfCore whether it holds on half a core; else on the whole machine
 */
record Target(String figure, boolean ratio, boolean most, double bound, boolean halfCore) {
    static Target ratioAtMost(String figure, double bound) {
        return new Target(figure, true, true, bound, false);
    }

    static Target ratioAtLeast(String figure, double bound) {
        return new Target(figure, true, false, bound, false);
    }

    static Target atMost(String figure, double bound) {
        return new Target(figure, false, true, bound, false);
    }

    static Target atLeast(String figure, double bound) {
        return new Target(figure, false, false, bound, false);
    }

    Target onHalfCore() {
        return new Target(figure, ratio, most, bound, true);
    }

    boolean isMet(double value) {
        return most ? value <= bound : value >= bound;
    }

    String text(Unit unit) {
        return (most ? "≤ " : "≥ ") + (ratio ? Unit.digits(bound) + " x" : unit.text(bound));
    }
}

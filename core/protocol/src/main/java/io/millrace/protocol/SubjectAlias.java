package io.millrace.protocol;

import io.millrace.runtime.Randomness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The same subjects under two names: what they are called where they come from, and here.
 * Immutable: any thread.
 */
public final class SubjectAlias {
    private static final Pattern NUMBERED =
            Pattern.compile("(?i)\\$(\\d+)|\\{\\{\\s*wildcard\\(\\s*(\\d+)\\s*\\)\\s*}}");

    private final String[] there;
    private final String[] here;

    /** For each wildcard over there, in its order, which token it is here. */
    private final int[] tokenHere;

    private final SubjectTransform toThere;
    private final @Nullable SubjectTransform toHere;

    private SubjectAlias(String[] there, String[] here, int[] tokenHere, String hereNumbered)
            throws InvalidTransformException {
        this.there = there;
        this.here = here;
        this.tokenHere = tokenHere;
        this.toThere = SubjectTransform.of(String.join(".", here), numbered());
        boolean isMany = tokenHere.length == 0 && hasToken(here, "*");
        this.toHere = isMany ? null : SubjectTransform.of(String.join(".", there), hereNumbered);
    }

    /**
     * Reads an alias.
     *
     * @param there a subject, wildcards allowed
     * @param here the same with each wildcard in its place, or numbered as in "$1"
     * @throws InvalidTransformException in the words in which nats-server refuses it
     */
    public static SubjectAlias of(String there, String here) throws InvalidTransformException {
        String[] theirs = there.split("\\.", -1);
        String[] ours = here.split("\\.", -1);
        List<Integer> wildcards = new ArrayList<>();
        for (int i = 0; i < theirs.length; i++) {
            if (theirs[i].equals("*")) {
                wildcards.add(i);
            }
        }
        int[] tokenHere = new int[wildcards.size()];
        Arrays.fill(tokenHere, -1);
        String[] pattern = ours.clone();
        String[] numbered = ours.clone();
        int next = 0;
        for (int i = 0; i < ours.length; i++) {
            int asked = 0;
            Matcher matcher = NUMBERED.matcher(ours[i]);
            if (ours[i].equals("*")) {
                asked = ++next;
            } else if (matcher.matches()) {
                String digits = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                asked = digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits);
            } else if (ours[i].startsWith("{{")) {
                throw new InvalidTransformException(
                        "invalid mapping destination: the only mapping function allowed for import"
                                + " transforms is {{Wildcard()}} in "
                                + ours[i]);
            }
            if (asked > 0) {
                pattern[i] = "*";
                numbered[i] = "$" + asked;
                if (asked <= tokenHere.length) {
                    tokenHere[asked - 1] = i;
                } else if (tokenHere.length > 0 || !ours[i].equals("*")) {
                    throw new InvalidTransformException(
                            "invalid mapping destination: wildcard index out of range in "
                                    + ours[i]
                                    + ": ["
                                    + asked
                                    + "]");
                }
            }
        }
        if (hasToken(theirs, ">") != hasToken(ours, ">")) {
            throw new InvalidTransformException("invalid subject");
        }
        for (int token : tokenHere) {
            if (token < 0) {
                throw new InvalidTransformException(
                        "invalid mapping destination: not using all of the token wildcard(s) in "
                                + here);
            }
        }
        return new SubjectAlias(theirs, pattern, tokenHere, String.join(".", numbered));
    }

    private static boolean hasToken(String[] tokens, String wanted) {
        for (String token : tokens) {
            if (token.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** The name over there in terms of the wildcards here. */
    private String numbered() {
        String[] tokens = there.clone();
        int wildcard = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i].equals("*")) {
                int ordinal = 0;
                for (int token = 0; token <= tokenHere[wildcard]; token++) {
                    ordinal += here[token].equals("*") ? 1 : 0;
                }
                tokens[i] = "$" + ordinal;
                wildcard++;
            }
        }
        return String.join(".", tokens);
    }

    /** The name here, with wildcards. */
    public String here() {
        return String.join(".", here);
    }

    /** The name over there, with wildcards. */
    public String there() {
        return String.join(".", there);
    }

    public boolean isSame() {
        return here().equals(there());
    }

    /** What a literal subject of here is called over there. */
    public byte[] toThere(byte[] subject, int offset, int length, Randomness chance) {
        return toThere.apply(subject, offset, length, chance);
    }

    /** What a literal subject of over there is called here. */
    public byte[] toHere(byte[] subject, int offset, int length, Randomness chance) {
        SubjectTransform transform = toHere;
        if (transform == null) {
            throw new IllegalStateException(there() + " has many names here");
        }
        return transform.apply(subject, offset, length, chance);
    }

    /**
     * What over there the subjects are called that both {@code wanted}, wildcards allowed, and this
     * alias cover here; null when there are none.
     */
    public @Nullable String common(String wanted) {
        String[] both = intersection(wanted.split("\\.", -1), here);
        if (both == null) {
            return null;
        }
        List<String> tokens = new ArrayList<>();
        int wildcard = 0;
        for (String token : there) {
            if (token.equals("*")) {
                tokens.add(both[tokenHere[wildcard++]]);
            } else if (token.equals(">")) {
                for (int i = here.length - 1; i < both.length; i++) {
                    tokens.add(both[i]);
                }
            } else {
                tokens.add(token);
            }
        }
        return String.join(".", tokens);
    }

    private static String @Nullable [] intersection(String[] a, String[] b) {
        List<String> both = new ArrayList<>();
        for (int i = 0; ; i++) {
            if (i >= a.length || i >= b.length) {
                return a.length == b.length ? both.toArray(String[]::new) : null;
            }
            if (a[i].equals(">") || b[i].equals(">")) {
                String[] rest = a[i].equals(">") ? b : a;
                for (int j = i; j < rest.length; j++) {
                    both.add(rest[j]);
                }
                return both.toArray(String[]::new);
            }
            if (a[i].equals("*")) {
                both.add(b[i]);
            } else if (b[i].equals("*") || a[i].equals(b[i])) {
                both.add(a[i]);
            } else {
                return null;
            }
        }
    }
}

package io.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every link from one of our pages to another leads somewhere; links to the world are not tried.
 */
final class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern OUTSIDE = Pattern.compile("^[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*?) *$");

    @Test
    void linksOfAllPagesLeadSomewhere() {
        List<String> dead = new ArrayList<>();
        List<Path> pages = Repository.files(".md");
        assertThat(pages).as("pages found").hasSizeGreaterThan(3);
        for (Path page : pages) {
            List<String> lines = withoutCode(Repository.lines(page));
            for (int i = 0; i < lines.size(); i++) {
                Matcher link = LINK.matcher(lines.get(i));
                while (link.find()) {
                    if (!leadsSomewhere(page, link.group(1))) {
                        dead.add(Repository.name(page) + ":" + (i + 1) + ": " + link.group(1));
                    }
                }
            }
        }
        assertThat(dead).as("dead links").isEmpty();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        if (OUTSIDE.matcher(link).matches()) {
            return true;
        }
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target =
                path.isEmpty()
                        ? page
                        : page.resolveSibling(URLDecoder.decode(path, StandardCharsets.UTF_8))
                                .normalize();
        if (!target.startsWith(Repository.root()) || !Files.exists(target)) {
            return false;
        }
        return hash < 0 || anchors(target).contains(link.substring(hash + 1));
    }

    /** The anchors that the customary renderers make of headings. */
    private static Set<String> anchors(Path page) {
        Set<String> anchors = new HashSet<>();
        if (!page.toString().endsWith(".md")) {
            return anchors;
        }
        for (String line : withoutCode(Repository.lines(page))) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                anchors.add(
                        heading.group(1)
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\p{L}\\p{N}\\- _]", "")
                                .replace(' ', '-'));
            }
        }
        return anchors;
    }

    /** Blanks fenced blocks, so that line numbers stay. */
    private static List<String> withoutCode(List<String> lines) {
        List<String> kept = new ArrayList<>();
        boolean fenced = false;
        for (String line : lines) {
            boolean fence = line.strip().startsWith("```");
            kept.add(fenced || fence ? "" : line);
            fenced ^= fence;
        }
        return kept;
    }
}

package io.abraxas.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the documents to the sources. A block of code below a line such as {@code <!-- include
 * examples/…/FirstJob.java all -->} is the region of that file between {@code tag::all[]} and
 * {@code end::all[]}; without a name, the file. To copy them anew after a change, run this test
 * with {@code -Ddocuments.write=true}.
 */
class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final boolean WRITE = Boolean.getBoolean("documents.write");

  private static final Pattern INCLUDE =
      Pattern.compile(
          "(<!-- include (\\S+)(?: (\\S+))? -->\n+```\\w*\n)(.*?)(\n?```)", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)]*)?\\)");

  static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (Path folder : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("benchmarks/load"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    return documents;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void showsCodeAsItIs(Path document) throws IOException {
    String text = Files.readString(document);
    String fresh = INCLUDE.matcher(text).replaceAll(DocumentsTest::filled);
    if (WRITE) {
      Files.writeString(document, fresh);
    } else {
      assertThat(text).isEqualTo(fresh);
    }
  }

  private static String filled(MatchResult block) {
    String code = region(block.group(2), block.group(3));
    return Matcher.quoteReplacement(block.group(1) + code + "\n```");
  }

  private static String region(String file, String tag) {
    List<String> lines;
    try {
      lines = Files.readAllLines(ROOT.resolve(file));
    } catch (IOException e) {
      throw new AssertionError("no file to include: " + file, e);
    }
    if (tag != null) {
      int begin = indexOf(lines, file, "tag::" + tag + "[]");
      lines = lines.subList(begin + 1, indexOf(lines, file, "end::" + tag + "[]"));
    }
    return String.join("\n", lines).stripTrailing().stripIndent().strip();
  }

  private static int indexOf(List<String> lines, String file, String mark) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).endsWith(mark)) {
        return i;
      }
    }
    throw new AssertionError(file + " has no line with " + mark);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksToFilesThatAreThere(Path document) throws IOException {
    assertThat(LINK.matcher(Files.readString(document)).results().map(link -> link.group(1)))
        .allSatisfy(link -> assertThat(document.resolveSibling(link)).exists());
  }
}

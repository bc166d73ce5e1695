package io.shardjdbc.tests.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of the documentation and the fenced blocks in it. */
record Markdown(String name, String text) {

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** A page by its path from the root of the project. */
  static Markdown page(String path) throws IOException {
    return new Markdown(path, Files.readString(Path.of("..").resolve(path)));
  }

  /** The blocks in a language, in their order. */
  List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }
}

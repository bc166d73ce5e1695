package io.shardjdbc.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints one generated class: qualified names become imports, long lines are folded. */
final class SourceWriter {

  private static final Pattern QUALIFIED =
      Pattern.compile("\\b((?:java|io|org)(?:\\.[a-z]\\w*)+)\\.([A-Z]\\w*)");
  private static final int WIDTH = 100;

  private final String packageName;
  private final String name;
  private final String javadoc;
  private final String declaration;
  private final Set<String> imports = new TreeSet<>();
  private final List<String> body = new ArrayList<>();

  /**
   * @param declaration from the modifiers to the opening brace, types by qualified names
   */
  SourceWriter(String packageName, String name, String javadoc, String declaration) {
    this.packageName = packageName;
    this.name = name;
    this.javadoc = javadoc;
    this.declaration = shorten(declaration);
  }

  String name() {
    return name;
  }

  /** Adds a member as it stands. */
  SourceWriter member(String text) {
    body.add("");
    for (String line : text.split("\n", -1)) {
      body.add(line.isEmpty() ? "" : "  " + shorten(line));
    }
    return this;
  }

  /** Adds an overriding method with this body. */
  SourceWriter override(JdbcMethod method, String... lines) {
    body.add("");
    body.add("  @Override");
    String head =
        shorten(
            "  public "
                + method.typeParameters()
                + method.returnType()
                + " "
                + method.name()
                + "("
                + method.declarationsFrom(1)
                + ")");
    String thrown =
        method.thrown().isEmpty() ? "" : shorten(" throws " + String.join(", ", method.thrown()));
    if (head.length() + thrown.length() + 2 <= WIDTH) {
      body.add(head + thrown + " {");
    } else {
      body.add(head);
      body.add("     " + thrown + " {");
    }
    for (String line : lines) {
      fold("    " + shorten(line));
    }
    body.add("  }");
    return this;
  }

  private void fold(String line) {
    int open = line.indexOf('(', WIDTH / 4);
    if (line.length() <= WIDTH || open < 0) {
      body.add(line);
    } else {
      body.add(line.substring(0, open + 1));
      body.add("        " + line.substring(open + 1));
    }
  }

  private String shorten(String text) {
    Matcher matcher = QUALIFIED.matcher(text);
    StringBuilder shortened = new StringBuilder();
    while (matcher.find()) {
      if (!matcher.group(1).equals("java.lang") && !matcher.group(1).equals(packageName)) {
        imports.add(matcher.group(1) + "." + matcher.group(2));
      }
      matcher.appendReplacement(shortened, matcher.group(2));
    }
    return matcher.appendTail(shortened).toString();
  }

  String source() {
    StringBuilder source = new StringBuilder();
    source.append("package ").append(packageName).append(";\n\n");
    imports.forEach(i -> source.append("import ").append(i).append(";\n"));
    if (!imports.isEmpty()) {
      source.append('\n');
    }
    source.append("/**\n");
    for (String line : javadoc.split("\n", -1)) {
      source.append(line.isEmpty() ? " *" : " * " + line).append('\n');
    }
    source.append(" *\n * <p>Generated from the interface's methods; do not edit.\n */\n");
    source.append("@SuppressWarnings(\"deprecation\")\n");
    source.append(declaration).append(" {\n");
    body.forEach(line -> source.append(line).append('\n'));
    return source.append("}\n").toString();
  }
}
